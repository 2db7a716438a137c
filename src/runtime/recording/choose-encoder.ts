import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { VideoEncoder } from './encoder-names.js';
import { videoEncoders } from './encoder-names.js';

export interface EncoderTrial {
  readonly encoder: VideoEncoder;
  readonly works: boolean;
  /** Why it does not; empty when it does. */
  readonly reason: string;
}

/** Has an encoder make a second of small video: that ffmpeg lists it says nothing about the machine. */
export async function tryEncoder(encoder: VideoEncoder, signal?: AbortSignal): Promise<EncoderTrial> {
  const vaapi = encoder === 'h264_vaapi';
  const args = [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...(vaapi ? ['-vaapi_device', '/dev/dri/renderD128'] : []),
    ...['-f', 'lavfi', '-i', 'testsrc=size=320x240:rate=10', '-frames:v', '10'],
    ...(vaapi ? ['-vf', 'format=nv12,hwupload'] : ['-pix_fmt', encoder === 'mjpeg' ? 'yuvj420p' : 'yuv420p']),
    ...['-c:v', encoder, '-f', 'null', '-'],
  ];
  try {
    await promisify(execFile)('ffmpeg', args, { timeout: 10_000, ...(signal && { signal }) });
    return { encoder, works: true, reason: '' };
  } catch (error) {
    signal?.throwIfAborted();
    return { encoder, works: false, reason: reasonOf(error) };
  }
}

/** The first encoder that works here, best first, or only `wished`; null when none does. */
export async function chooseEncoder(
  wished: VideoEncoder | 'auto',
  signal?: AbortSignal,
): Promise<{ readonly encoder: VideoEncoder | null; readonly trials: readonly EncoderTrial[] }> {
  const trials: EncoderTrial[] = [];
  for (const encoder of wished === 'auto' ? videoEncoders : [wished]) {
    const trial = await tryEncoder(encoder, signal);
    trials.push(trial);
    if (trial.works) return { encoder, trials };
  }
  return { encoder: null, trials };
}

function reasonOf(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: unknown; message?: string };
  if (code === 'ENOENT') return 'ffmpeg is not installed: sudo apt-get install ffmpeg';
  const lines = typeof stderr === 'string' ? stderr.trim().split('\n') : [];
  return (lines[0] !== undefined && lines[0] !== '' ? lines[0] : (message ?? '')).trim();
}
