import type { Frame } from './frame.js';
import { type Component, frameComponents } from './sampling/components.js';
import { yuvMatrix } from './sampling/yuv-matrix.js';

/** Red, green, blue, each 0..255. */
export type Colour = readonly [red: number, green: number, blue: number];

/**
 * Mean colour of a frame, in whole levels, from at most 32 x 32 samples of every component (a few microseconds):
 * what lies outside the frame is painted with it, as SiamFC does (Bertinetto et al. 2016).
 */
export function meanColour(frame: Frame): Colour {
  const { model, components } = frameComponents(frame);
  const [first, second = 128, third = 128] = components.map(sparseMean) as [number, number?, number?];
  if (model === 'rgb') return levels(first, second, third);
  const { black, luma, redV, greenU, greenV, blueU } = yuvMatrix(frame);
  const y = luma * (first - black);
  const u = second - 128;
  const v = third - 128;
  return levels(y + redV * v, y + greenU * u + greenV * v, y + blueU * u);
}

const gridSide = 32;

function sparseMean({ data, start, stride, step, width, height }: Component): number {
  const columns = Math.min(gridSide, width);
  const rows = Math.min(gridSide, height);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const line = start + Math.floor(((row + 0.5) * height) / rows) * stride;
    for (let column = 0; column < columns; column++) {
      sum += data[line + Math.floor(((column + 0.5) * width) / columns) * step]!;
    }
  }
  return sum / (columns * rows);
}

function levels(red: number, green: number, blue: number): Colour {
  return [level(red), level(green), level(blue)];
}

function level(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}
