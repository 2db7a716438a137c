import { UsageError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import type { PixelFormat } from '../../../core/image/frame.js';
import type { ChildCommand } from '../child/child-output.js';
import type { VideoStream } from './ffprobe.js';

/** How ffmpeg is asked for the frames of a video. */
export interface VideoOutput extends Size {
  readonly format: PixelFormat;
  readonly fullRange: boolean;
  /** Resample to this rate; every frame of the video as it is when absent. */
  readonly fps?: number | undefined;
}

/**
 * Chooses what to have ffmpeg write: `yuv420p`, or `gray8` where the video is grey, unless asked otherwise.
 * @throws UsageError for a format ffmpeg is not asked for.
 */
export function chooseOutput(
  stream: VideoStream,
  display: string,
  { size, fps, format }: { size?: Size | undefined; fps?: number | undefined; format?: string | undefined },
): VideoOutput {
  const grey = /^(gray|ya\d|mono)/.test(stream.pixelFormat);
  const chosen =
    format === undefined ? (grey ? 'gray8' : 'yuv420p') : outputFormats.find((it) => it === format);
  if (chosen === undefined) {
    throw new UsageError(
      `source "${display}": format: "${format ?? ''}" is not offered; known are ${outputFormats.join(', ')}`,
    );
  }
  const { width, height } = size ?? stream;
  return { width, height, format: chosen, fps, fullRange: keepsFullRange(stream, chosen) };
}

/** The child that writes the frames of `input` to its standard output, one packed frame after the other. */
export function ffmpegCommand(
  input: string,
  inputArgs: readonly string[],
  output: VideoOutput,
  { hasFpsMode }: Pick<VideoStream, 'hasFpsMode'>,
): ChildCommand {
  const filters = [
    ...(output.fps === undefined ? [] : [`fps=${output.fps}`]),
    // also pins the size where it changes in mid-stream
    `scale=${output.width}:${output.height}:out_range=${output.fullRange ? 'pc' : 'tv'}`,
  ];
  const everyFrame = hasFpsMode ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
  return {
    command: 'ffmpeg',
    debianPackage: 'ffmpeg',
    args: [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
      ...[...inputArgs, '-i', input, '-map', '0:V:0'],
      ...['-vf', filters.join(','), ...everyFrame],
      ...['-pix_fmt', output.format === 'gray8' ? 'gray' : output.format, '-f', 'rawvideo', 'pipe:1'],
    ],
  };
}

const outputFormats = ['yuv420p', 'nv12', 'gray8', 'rgb24', 'bgr24'] as const;

/** Full-range YUV stays so (no conversion); what comes from RGB is written in studio range. */
function keepsFullRange(stream: VideoStream, format: PixelFormat): boolean {
  return stream.fullRange && stream.pixelFormat.startsWith('yuv') && ['yuv420p', 'nv12'].includes(format);
}
