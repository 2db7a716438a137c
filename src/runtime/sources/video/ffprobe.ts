import { z } from 'zod';
import { SourceError } from '../../../core/errors.js';
import { startChild } from '../child/child-output.js';

/** What ffprobe says of the first video stream. */
export interface VideoStream {
  readonly codec: string;
  /** ffmpeg's name, e.g. `yuv420p`. */
  readonly pixelFormat: string;
  /** As displayed: rotation metadata applied. */
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  /** Frames the container promises; null when it does not say. */
  readonly frames: number | null;
  /** Luma uses 0..255. */
  readonly fullRange: boolean;
  /** ffmpeg is at least 5.1 and knows `-fps_mode`. */
  readonly hasFpsMode: boolean;
  readonly ffmpegVersion: string;
}

export interface ProbeOptions {
  /** ffprobe's arguments before the input, e.g. for RTSP. */
  readonly inputArgs?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Gives up after this time; for inputs that come over a network. */
  readonly timeoutMs?: number;
}

/** Looks into a video. @throws SourceError naming `display` when it cannot be read or has no video stream. */
export async function probeVideo(
  input: string,
  display: string,
  { inputArgs = [], signal, timeoutMs }: ProbeOptions = {},
): Promise<VideoStream> {
  signal?.throwIfAborted();
  const output = await runFfprobe(input, display, inputArgs, signal, timeoutMs);
  const { program_version: program, streams, format } = answerSchema.parse(JSON.parse(output));
  const stream = streams[0];
  if (!stream?.width || !stream.height) throw new SourceError(`${display}: there is no video in it`);
  const turned = Math.abs(rotationOf(stream)) % 180 === 90;
  const fps = parseRate(stream.avg_frame_rate) ?? parseRate(stream.r_frame_rate);
  return {
    codec: stream.codec_name ?? 'unknown codec',
    pixelFormat: stream.pix_fmt ?? 'unknown',
    width: turned ? stream.height : stream.width,
    height: turned ? stream.width : stream.height,
    fps,
    frames: framesOf(stream.nb_frames, stream.duration ?? format?.duration, fps),
    fullRange: stream.color_range === 'pc' || (stream.pix_fmt ?? '').startsWith('yuvj'),
    hasFpsMode: hasFpsMode(program.version),
    ffmpegVersion: program.version,
  };
}

const streamSchema = z.object({
  codec_name: z.string().optional(),
  pix_fmt: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  color_range: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  nb_frames: z.string().optional(),
  duration: z.string().optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
  tags: z.object({ rotate: z.string().optional() }).optional(),
});

const answerSchema = z.object({
  program_version: z.object({ version: z.string() }),
  streams: z.array(streamSchema),
  format: z.object({ duration: z.string().optional() }).optional(),
});

async function runFfprobe(
  input: string,
  display: string,
  inputArgs: readonly string[],
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): Promise<string> {
  const shown = ['-show_program_version', '-show_streams', '-show_format', '-select_streams', 'V:0'];
  const child = startChild({
    command: 'ffprobe',
    args: ['-v', 'error', '-of', 'json', ...shown, ...inputArgs, input],
    debianPackage: 'ffmpeg',
  });
  const stop = AbortSignal.any([
    ...(signal ? [signal] : []),
    ...(timeoutMs === undefined ? [] : [AbortSignal.timeout(timeoutMs)]),
  ]);
  const kill = (): void => {
    child.kill();
  };
  stop.addEventListener('abort', kill, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    child.data.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    const { code } = await child.exit;
    signal?.throwIfAborted();
    if (stop.aborted) throw new SourceError(`${display}: no answer for ${(timeoutMs ?? 0) / 1000} s`);
    if (code !== 0) {
      throw new SourceError(
        `${display}: cannot be read as a video: ${child.lastWords().at(-1) ?? 'no reason given'}`,
      );
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    stop.removeEventListener('abort', kill);
  }
}

function rotationOf(stream: z.infer<typeof streamSchema>): number {
  const fromMatrix = stream.side_data_list?.find((it) => it.rotation !== undefined)?.rotation;
  return fromMatrix ?? Number(stream.tags?.rotate ?? 0);
}

/** `30000/1001` -> 29.97; null for `0/0`. */
function parseRate(text: string | undefined): number | null {
  const [numerator, denominator = 1] = (text ?? '').split('/').map(Number);
  const rate = (numerator ?? Number.NaN) / denominator;
  return Number.isFinite(rate) && rate > 0 ? rate : null;
}

function framesOf(
  count: string | undefined,
  duration: string | undefined,
  fps: number | null,
): number | null {
  if (count !== undefined && Number(count) > 0) return Number(count);
  const seconds = Number(duration);
  return fps !== null && seconds > 0 ? Math.floor(seconds * fps) : null;
}

/** Builds from git (`N-12345-g…`) count as new. */
function hasFpsMode(version: string): boolean {
  const [, major, minor] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1);
}
