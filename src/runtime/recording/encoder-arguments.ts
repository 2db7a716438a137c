import type { Size } from '../../core/geometry/box.js';
import type { PixelFormat } from '../../core/image/frame.js';
import type { VideoEncoder } from './encoder-names.js';

export interface EncoderPicture extends Size {
  readonly format: PixelFormat | 'jpeg';
  readonly fullRange: boolean;
}

/** Units a second in which the video's times are written. */
export const videoTimescale = 90_000;

/** Length of a fragment: what stands in a file can be at most this much older than what was seen. */
const fragmentMicroseconds = 250_000;

/**
 * ffmpeg's arguments: frames with their times on standard input (Matroska), fragmented MP4 on standard output, every frame
 * once and in order (no B-frames, no change of the rate), a picture to begin at once a second.
 */
export function encoderArguments(encoder: VideoEncoder, picture: EncoderPicture): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error'],
    ...(encoder === 'h264_vaapi' ? ['-vaapi_device', '/dev/dri/renderD128'] : []),
    // what there is to know stands in the header: no frame must be held back to find it out
    ...['-probesize', '32', '-analyzeduration', '0', '-f', 'matroska', '-i', 'pipe:0'],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-an', '-sn'],
    ...encoderSettings(encoder, picture),
    ...(picture.fullRange ? ['-color_range', 'pc'] : []),
    ...[
      '-force_key_frames',
      'expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1))',
      '-video_track_timescale',
      '90000',
    ],
    ...['-movflags', '+empty_moov+frag_keyframe+default_base_moof+skip_trailer'],
    ...['-frag_duration', String(fragmentMicroseconds), '-flush_packets', '1', '-f', 'mp4', 'pipe:1'],
  ];
}

/** Fast before small: the tracker needs the processor more than the disk needs room. */
function encoderSettings(encoder: VideoEncoder, { width, height, format }: EncoderPicture): string[] {
  if (format === 'jpeg' && encoder === 'mjpeg') return ['-c:v', 'copy'];
  const even = width % 2 === 0 && height % 2 === 0;
  const plain = ['-pix_fmt', even ? 'yuv420p' : 'yuv444p', '-bf', '0'];
  const kilobits = String(Math.round((width * height) / 150)); // about 1.5 Mbit/s at 640x360, 14 at 1080p
  const rate = ['-b:v', `${kilobits}k`];
  switch (encoder) {
    case 'libx264':
      return ['-c:v', encoder, '-preset', 'ultrafast', '-tune', 'zerolatency', ...plain, '-threads', '1'];
    case 'mjpeg':
      return ['-c:v', encoder, '-q:v', '4', '-pix_fmt', even ? 'yuvj420p' : 'yuvj444p', '-threads', '1'];
    case 'h264_nvenc':
      return ['-c:v', encoder, '-preset', 'p1', '-tune', 'ull', '-delay', '0', ...plain, ...rate];
    case 'h264_v4l2m2m':
      return ['-c:v', encoder, ...plain, ...rate];
    case 'h264_vaapi':
      return ['-vf', 'format=nv12,hwupload', '-c:v', encoder, '-bf', '0', ...rate];
  }
}
