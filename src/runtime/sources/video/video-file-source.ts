import { SourceError } from '../../../core/errors.js';
import type { FrameSource } from '../../../core/ports/frame-source.js';
import { RawVideoDriver, type ChildEnd } from '../child/raw-video-driver.js';
import { frameSource } from '../../../core/sources/frame-driver.js';
import type { OpenSourceOptions } from '../open-source.js';
import { withFirstFrame } from '../with-first-frame.js';
import { chooseOutput, ffmpegCommand } from './ffmpeg-arguments.js';
import { probeVideo } from './ffprobe.js';

/**
 * Opens a video of any kind ffmpeg reads. Open guarantees: ffmpeg runs, and the first frame has been decoded.
 *
 * Every frame is delivered once, in order; capturedAtNs = index / fps, from 0. A file that breaks off gives the frames
 * before the damage, then throws.
 * @throws SourceError when ffmpeg is missing, or the file is no video, has no frame or cannot be decoded.
 */
export async function openVideoFile(
  path: string,
  display: string,
  options: OpenSourceOptions = {},
): Promise<FrameSource> {
  const { signal, fps, hold } = options;
  const input = `file:${path}`;
  const stream = await probeVideo(input, display, { signal });
  const output = chooseOutput(stream, display, options);
  const rate = fps ?? stream.fps ?? 25;
  const driver = new RawVideoDriver({
    ...output,
    hold,
    child: ffmpegCommand(input, [], output, stream),
    description: {
      uri: display,
      width: output.width,
      height: output.height,
      format: output.format,
      fps: rate,
      live: false,
      detail: `${stream.codec} ${stream.pixelFormat} ${stream.width}x${stream.height}, ffmpeg ${stream.ffmpegVersion}`,
    },
    timestamp: (index) => BigInt(Math.round((index * 1e9) / rate)),
    judge: (end) => judgeFile(end, display, fps === undefined ? stream.frames : null),
  });
  return frameSource(await withFirstFrame(driver, display, signal));
}

/** A file ends normally when ffmpeg ends well and, if it complained, no promised frame is missing. */
function judgeFile(end: ChildEnd, display: string, expected: number | null): SourceError | undefined {
  const reason = end.lastWords.at(-1);
  const quoted = reason === undefined ? '' : `: ${reason}`;
  if (end.signal !== null) {
    return new SourceError(
      `${display}: ffmpeg was killed by ${end.signal} after ${end.frames} frames${quoted}`,
    );
  }
  if (end.code !== 0 || end.looseBytes > 0) {
    return new SourceError(`${display}: ffmpeg failed after ${end.frames} frames${quoted}`);
  }
  if (reason !== undefined && expected !== null && end.frames < expected) {
    return new SourceError(
      `${display}: damaged: ${end.frames} of ${expected} frames could be decoded; ffmpeg says${quoted}`,
    );
  }
  return undefined;
}
