import type { CropRegion } from '../../../src/core/geometry/crop-region.js';
import type { Frame, Plane } from '../../../src/core/image/frame.js';
import { fixedYuvMatrix } from '../../../src/core/image/sampling/yuv-matrix.js';
import type { Rgb } from './reference.js';

/*
 * The fixed-point arithmetic of a bilinear crop's brightness, one pixel at a time, all four neighbours read anew for each: what
 * the sampler must come to, to the bit, however it shares work between pixels. For frames without colour (chroma 128 throughout),
 * no darker than 16.
 */

/** Red, green and blue of every crop pixel; `fill` outside the frame. */
export function colourlessCrop(
  frame: Frame,
  { cx, cy, side }: CropRegion,
  size: number,
  fill: Rgb,
): (readonly number[])[] {
  const scale = side / size;
  const along = (start: number, index: number, extent: number) => {
    const at = start + (index + 0.5) * scale;
    const position = Math.round((at - 0.5) * 2048);
    const last = Math.max(0, (extent - 1) * 2048 - 1);
    return at >= 0 && at < extent ? Math.max(0, Math.min(position, last)) : null;
  };
  return Array.from({ length: size * size }, (_, index) => {
    const x = along(cx - side / 2, index % size, frame.width);
    const y = along(cy - side / 2, Math.floor(index / size), frame.height);
    return x === null || y === null ? fill : colourAt(frame, x, y);
  });
}

function colourAt(frame: Frame, x: number, y: number): number[] {
  const [column, row] = [x >> 11, y >> 11];
  const line = (at: number) => {
    const left = brightness(frame, column, at);
    return (left << 11) + (brightness(frame, Math.min(column + 1, frame.width - 1), at) - left) * (x & 2047);
  };
  const above = line(row);
  const below = line(Math.min(row + 1, frame.height - 1));
  const value = ((above << 11) + Math.imul(below - above, y & 2047)) >> 14;
  const gained = Math.imul(value, fixedYuvMatrix(frame).luma) >> 16;
  return chromaTerms(frame).map((chroma) => Math.max(0, Math.min((gained + (chroma >> 16)) >> 5, 255)));
}

function chromaTerms(frame: Frame): number[] {
  const { redV, greenU, greenV, blueU, redBias, greenBias, blueBias, rounding } = fixedYuvMatrix(frame);
  if (frame.format === 'gray8') return [rounding, rounding, rounding];
  return [128 * redV + redBias, 128 * (greenU + greenV) + greenBias, 128 * blueU + blueBias];
}

function brightness(frame: Frame, x: number, y: number): number {
  const plane: Plane = frame.planes[0]!;
  return plane.data[y * plane.stride + x * (frame.format === 'yuyv422' ? 2 : 1)]!;
}
