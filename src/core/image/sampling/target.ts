import type { Colour } from '../mean-colour.js';

/** Order of a crop's bytes: `hwc` = RGBRGB..., row by row; `chw` = the red plane, then green, then blue. */
export type CropLayout = 'hwc' | 'chw';

/** A square crop being painted: channel c of pixel (x, y) is `out[c * channelStep + y * rowStep + x * pixelStep]`. */
export interface CropTarget {
  readonly out: Uint8Array;
  /** The same bytes; what is written here is limited to 0..255. */
  readonly clamped: Uint8ClampedArray;
  readonly size: number;
  readonly channelStep: number;
  readonly rowStep: number;
  readonly pixelStep: number;
}

/** @throws RangeError when `size` is no positive integer or `out` is shorter than `3 * size * size`. */
export function cropTarget(out: Uint8Array, size: number, layout: CropLayout): CropTarget {
  if (!(Number.isInteger(size) && size > 0)) {
    throw new RangeError(`size must be a positive integer, got ${size}`);
  }
  const needed = 3 * size * size;
  if (out.length < needed) {
    throw new RangeError(`a ${size}x${size} RGB crop needs ${needed} bytes, out has ${out.length}`);
  }
  const clamped = clampedView(out);
  return layout === 'chw'
    ? { out, clamped, size, channelStep: size * size, rowStep: size, pixelStep: 1 }
    : { out, clamped, size, channelStep: 1, rowStep: 3 * size, pixelStep: 3 };
}

export function clampedView({ buffer, byteOffset, length }: Uint8Array): Uint8ClampedArray {
  return new Uint8ClampedArray(buffer, byteOffset, length);
}

/** Paints the whole crop in one colour. */
export function fillTarget({ out, size, channelStep, pixelStep }: CropTarget, colour: Colour): void {
  const area = size * size;
  if (pixelStep === 1) {
    colour.forEach((value, channel) => out.fill(value, channel * channelStep, channel * channelStep + area));
    return;
  }
  out.set(colour);
  // doubling copies: much faster than a loop over bytes
  for (let filled = 3; filled < 3 * area; filled *= 2) {
    out.copyWithin(filled, 0, Math.min(filled, 3 * area - filled));
  }
}
