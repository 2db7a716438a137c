import type { ImageShape } from '../convolution-shape.js';

// oneDNN names sides logically (batch, channels, rows, columns); strides say how tfjs lays them out.

export function imageSides({ batch, height, width, channels }: ImageShape): number[] {
  return [batch, channels, height, width];
}

/** NHWC. */
export function imageStrides({ height, width, channels }: ImageShape): number[] {
  return [height * width * channels, 1, width * channels, channels];
}

/** Strides of a dense tensor, last side fastest. */
export function denseStrides(sides: readonly number[]): number[] {
  const strides = new Array<number>(sides.length).fill(1);
  for (let i = sides.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * sides[i + 1]!;
  return strides;
}
