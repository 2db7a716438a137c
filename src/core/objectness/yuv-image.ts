import type { CornerBox, Size } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';

/** One yuv420p picture as three tightly packed planes, and the part of it that shows something. */
export interface YuvImage extends Size {
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
  /** Chroma plane width and height: half, rounded up. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** Whole pixels, without letterbox bars. */
  readonly active: CornerBox;
}

/** Views a tightly packed yuv420p frame; no copy. */
export function yuvImage(frame: Frame, active?: CornerBox): YuvImage {
  const [y, u, v] = frame.planes;
  if (frame.format !== 'yuv420p' || !y || !u || !v || y.stride !== frame.width) {
    throw new RangeError(`proposals need tightly packed yuv420p, got ${frame.format}`);
  }
  return {
    width: frame.width,
    height: frame.height,
    y: y.data,
    u: u.data,
    v: v.data,
    halfWidth: u.stride,
    halfHeight: (frame.height + 1) >> 1,
    active: active ?? { x: 0, y: 0, width: frame.width, height: frame.height },
  };
}
