/** Sides of an image tensor. */
export interface ImageShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

// oneDNN names sides logically (batch, channels, rows, columns); strides say how tfjs lays them out.

export function imageSides({ batch, height, width, channels }: ImageShape): number[] {
  return [batch, channels, height, width];
}

/** NHWC. */
export function imageStrides({ height, width, channels }: ImageShape): number[] {
  return [height * width * channels, 1, width * channels, channels];
}

export function imageSize({ batch, height, width, channels }: ImageShape): number {
  return batch * height * width * channels;
}

/** Strides of a dense tensor, last side fastest. */
export function denseStrides(sides: readonly number[]): number[] {
  const strides = new Array<number>(sides.length).fill(1);
  for (let i = sides.length - 2; i >= 0; i--) strides[i] = strides[i + 1]! * sides[i + 1]!;
  return strides;
}
