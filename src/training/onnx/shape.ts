/** Dimensions, outermost first; static: every size is known when the graph is written. */
export type Shape = readonly number[];

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** NumPy's broadcasting of two shapes; null when they do not fit. */
export function broadcastShapes(a: Shape, b: Shape): Shape | null {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizeA = a[axis - rank + a.length] ?? 1;
    const sizeB = b[axis - rank + b.length] ?? 1;
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) return null;
    result.push(sizeA === 1 ? sizeB : sizeA);
  }
  return result;
}

/** Axis counted from the end when negative; null when out of range. */
export function resolveAxis(axis: number, rank: number): number | null {
  const resolved = axis < 0 ? axis + rank : axis;
  return Number.isInteger(axis) && resolved >= 0 && resolved < rank ? resolved : null;
}

/** Output side of a sliding window (convolution, pooling), rounding down as ONNX does by default. */
export function windowSide(
  side: number,
  { kernel, stride, before, after, dilation }: WindowGeometry,
): number {
  return Math.floor((side + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
}

export interface WindowGeometry {
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
}
