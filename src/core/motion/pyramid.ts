import type { Size } from '../geometry/box.js';

/** One grey picture, tightly packed: `data[y * width + x]`, 0..255. */
export interface GreyImage extends Size {
  readonly data: Uint8Array;
}

/** Level 0 is the picture itself, each further level half as wide and high. */
export type Pyramid = readonly GreyImage[];

/**
 * Halves the picture by 2x2 means until `levels` are there or a side would fall below `minSide`.
 * Level 0 views `luma`: the pyramid is valid as long as those bytes are.
 */
export function buildPyramid(luma: Uint8Array, size: Size, { levels = 4, minSide = 16 } = {}): Pyramid {
  if (luma.length < size.width * size.height) {
    throw new RangeError(
      `luma of ${size.width}x${size.height} needs ${size.width * size.height} bytes, got ${luma.length}`,
    );
  }
  const pyramid: GreyImage[] = [{ width: size.width, height: size.height, data: luma }];
  while (pyramid.length < levels) {
    const last = pyramid[pyramid.length - 1]!;
    if (Math.min(last.width, last.height) < 2 * minSide) break;
    pyramid.push(halve(last));
  }
  return pyramid;
}

/** Level-n coordinates of a level-0 coordinate: continuous, so a plain division. */
function halve({ data, width, height }: GreyImage): GreyImage {
  const halfWidth = width >> 1;
  const halfHeight = height >> 1;
  const half = new Uint8Array(halfWidth * halfHeight);
  for (let y = 0; y < halfHeight; y++) {
    let at = 2 * y * width;
    const out = y * halfWidth;
    for (let x = 0; x < halfWidth; x++, at += 2) {
      half[out + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2;
    }
  }
  return { data: half, width: halfWidth, height: halfHeight };
}
