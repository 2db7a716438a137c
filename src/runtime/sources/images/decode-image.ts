import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { Size } from '../../../core/geometry/box.js';
import { decodeBmp, type Raster } from './bmp.js';

export interface DecodeImageOptions {
  /** 3: RGB; 1: grey; absent: as the image is. */
  readonly channels?: 1 | 3 | undefined;
  /** Scale to this size, whatever the aspect ratio; absent: as the image is. */
  readonly size?: Size | undefined;
}

/**
 * Decodes an image file off the main thread to 8 bits a channel, upright (EXIF), without transparency.
 * @throws Error saying what is wrong with the file.
 */
export async function decodeImage(
  path: string,
  { channels, size }: DecodeImageOptions = {},
): Promise<Raster> {
  const bytes = await readFile(path);
  const image = bytes.toString('latin1', 0, 2) === 'BM' ? fromRaster(decodeBmp(bytes)) : sharp(bytes);
  const { channels: present, space } = await image.metadata();
  const wanted = channels ?? (present <= 2 && space !== 'srgb' ? 1 : 3);
  const upright = image.autoOrient().removeAlpha();
  const scaled = size ? upright.resize(size.width, size.height, { fit: 'fill' }) : upright;
  const { data, info } = await scaled
    .toColourspace(wanted === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== wanted) throw new Error(`${info.channels} channels where ${wanted} were expected`);
  return { width: info.width, height: info.height, channels: wanted, data };
}

function fromRaster({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}
