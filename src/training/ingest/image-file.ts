import sharp from 'sharp';
import { type Frame, packedFrame } from '../../core/image/frame.js';

/** Decodes a still image, upright as its EXIF says, shrunk so that its longer side is at most `longSide`. @throws Error from libvips. */
export async function readImageFile(path: string, longSide: number): Promise<Frame> {
  // failOn 'truncated': half a picture under grey is worse than none
  const { data, info } = await sharp(path, { failOn: 'truncated' })
    .rotate()
    .resize(longSide, longSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 1) return packedFrame('gray8', { width, height }, data, { fullRange: true });
  return packedFrame('rgb24', { width, height }, data);
}
