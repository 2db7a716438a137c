import { join } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import { frameBytes } from '../../core/image/frame.js';
import { storeFiles } from '../store/clip.js';
import { openClipWriter } from './clip-writer.js';
import type { Decoded } from './decode-video.js';
import type { MediaFile } from './find-media.js';
import { readImageFile } from './image-file.js';
import type { FrameOptions } from './ingest-options.js';

/** Writes a still image as a clip of one frame; null when it would exceed `room` bytes. @throws Error when it cannot be decoded. */
export async function decodeImage(
  media: MediaFile,
  { out, longSide }: Pick<FrameOptions, 'longSide'> & { readonly out: string },
  room: number,
): Promise<Decoded | null> {
  const frame = await readImageFile(media.location, longSide);
  const size = { width: frame.width, height: frame.height };
  if (Math.min(size.width, size.height) < 16)
    throw new TrainingError(`${size.width}x${size.height} is too small`);
  if (frameBytes('yuv420p', size) > room) return null;
  await using writer = await openClipWriter(join(out, storeFiles.frames(media.name)), size);
  await writer.append(frame);
  const active = await writer.finish();
  const { path, bytes, modifiedMs } = media;
  const clip = {
    name: media.name,
    kind: 'image' as const,
    frames: 1,
    ...size,
    fullRange: true,
    stride: 1,
    firstFrame: 0,
    fps: null,
    cuts: [],
    active,
    source: { path, bytes, modifiedMs },
  };
  return { clips: [clip], damage: null };
}
