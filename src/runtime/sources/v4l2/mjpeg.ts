import type { Size } from '../../../core/geometry/box.js';

/** Size of a JPEG decoded at 1/scale, as libjpeg rounds it. */
export function scaledSize({ width, height }: Size, scale: number): Size {
  return { width: Math.ceil(width / scale), height: Math.ceil(height / scale) };
}

/** Begins as a JPEG picture does. Cameras end theirs as they like: whether it is whole only the decoder knows. */
export function looksLikeJpeg(data: Uint8Array): boolean {
  return data.length > 4 && data[0] === 0xff && data[1] === 0xd8;
}

/** Decodes one camera picture off the main thread to packed RGB of exactly `size`. @throws Error when it is damaged. */
export type MjpegDecoder = (jpeg: Uint8Array, size: Size) => Promise<Uint8Array>;

/**
 * Loads the decoder; cameras with raw pictures do without. A picture without Huffman tables, as many cameras send, gets
 * the standard ones from libjpeg; scaling by 2, 4 or 8 happens inside the JPEG decoder.
 */
export async function loadMjpegDecoder(): Promise<MjpegDecoder> {
  const { default: sharp } = await import('sharp');
  return async (jpeg, size) => {
    const { data } = await sharp(jpeg, { failOn: 'error' })
      .resize(size.width, size.height, { fit: 'fill', fastShrinkOnLoad: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (data.length !== size.width * size.height * 3) throw new Error(`${data.length} bytes decoded`);
    return data;
  };
}
