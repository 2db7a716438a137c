import type { Size } from '../../../core/geometry/box.js';
import type { FrameSource } from '../../../core/ports/frame-source.js';
import { judgeLive } from '../child/judge-live.js';
import { openLive } from '../child/open-live.js';
import type { OpenSourceOptions } from '../open-source.js';
import { ffmpegCommand } from './ffmpeg-arguments.js';
import { probeVideo } from './ffprobe.js';

/**
 * Opens an RTSP stream through ffmpeg, set to add as little delay as it can. Open guarantees: a first frame has come.
 *
 * Live: only the newest frame is kept; frames are yuv420p, stamped when they have arrived. `url` may hold a password: it
 * is given to ffmpeg (and so visible in the machine's process list), and shown nowhere else.
 * @throws SourceError when ffmpeg is missing, or the peer is absent, refuses, sends no video or falls silent.
 */
export async function openRtsp(
  url: string,
  display: string,
  options: OpenSourceOptions = {},
): Promise<FrameSource> {
  const { transport = 'tcp', fps, signal } = options;
  const transportArgs = ['-rtsp_transport', transport];
  const stream = await probeVideo(url, display, { inputArgs: transportArgs, signal, timeoutMs: 15_000 });
  const { width, height }: Size = options.size ?? stream;
  const output = { width, height, format: 'yuv420p', fullRange: stream.fullRange, fps } as const;
  return openLive(
    {
      ...output,
      child: ffmpegCommand(url, [...lowLatency, ...transportArgs], output, stream),
      description: {
        uri: display,
        ...{ width, height, format: output.format, fps: fps ?? stream.fps, live: true },
        detail: `${stream.codec} ${stream.width}x${stream.height} over ${transport}, times taken on arrival`,
      },
      judge: judgeLive(display, 'ffmpeg'),
    },
    options,
  );
}

/** No read-ahead, a short look at the stream, and a decoder that holds no frame back. */
const lowLatency = [
  ...['-fflags', 'nobuffer', '-flags', 'low_delay', '-thread_type', 'slice'],
  ...['-analyzeduration', '1000000', '-probesize', '1000000'],
];
