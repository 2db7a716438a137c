import { clamp, type Box } from '../../core/geometry/box.js';
import type { Frame, PixelFormat } from '../../core/image/frame.js';

/** One colour channel of a frame in its native format: Y, U or V, R, G or B, or grey. Writing to it writes to the frame. */
export interface Channel {
  readonly data: Uint8Array;
  /** Index of the first sample, from one sample to the next in a row, and from row to row. */
  readonly at: number;
  readonly step: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
  /** Image pixels that one sample stands for. */
  readonly wide: 1 | 2;
  readonly tall: 1 | 2;
}

/** Whole pixels of the image, all even, so that they are whole samples of every channel (but at an odd frame's far edges). */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The channels of a frame; luma, green or grey first: the one that shows structure. */
export function channelsOf(frame: Frame): Channel[] {
  const { width, height, planes } = frame;
  return layouts[frame.format].map(([plane, at, step, wide, tall]) => ({
    data: planes[plane]!.data,
    stride: planes[plane]!.stride,
    at,
    step,
    width: Math.ceil(width / wide),
    height: Math.ceil(height / tall),
    wide,
    tall,
  }));
}

type Layout = readonly [plane: number, at: number, step: number, wide: 1 | 2, tall: 1 | 2];

const layouts: Readonly<Record<PixelFormat, readonly Layout[]>> = {
  gray8: [[0, 0, 1, 1, 1]],
  rgb24: [
    [0, 1, 3, 1, 1],
    [0, 0, 3, 1, 1],
    [0, 2, 3, 1, 1],
  ],
  bgr24: [
    [0, 1, 3, 1, 1],
    [0, 0, 3, 1, 1],
    [0, 2, 3, 1, 1],
  ],
  yuv420p: [
    [0, 0, 1, 1, 1],
    [1, 0, 1, 2, 2],
    [2, 0, 1, 2, 2],
  ],
  nv12: [
    [0, 0, 1, 1, 1],
    [1, 0, 2, 2, 2],
    [1, 1, 2, 2, 2],
  ],
  yuyv422: [
    [0, 0, 2, 1, 1],
    [0, 1, 4, 2, 1],
    [0, 3, 4, 2, 1],
  ],
};

/** The even pixels that cover a box, grown to `grow` times its sides; within the frame, possibly empty. */
export function areaOf(box: Box, frame: { readonly width: number; readonly height: number }, grow = 1): Area {
  const [x, right] = span(box.cx, box.width * grow, frame.width);
  const [y, bottom] = span(box.cy, box.height * grow, frame.height);
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : nothing;
}

const nothing: Area = { x: 0, y: 0, width: 0, height: 0 };

function span(centre: number, size: number, limit: number): [from: number, to: number] {
  const from = 2 * Math.floor((centre - size / 2) / 2);
  const to = 2 * Math.ceil((centre + size / 2) / 2);
  return [clamp(from, 0, limit), clamp(to, 0, limit)];
}

/** An area in the samples of a channel. */
export function inChannel({ x, y, width, height }: Area, { wide, tall }: Channel): Area {
  return {
    x: x / wide,
    y: y / tall,
    width: Math.ceil((x + width) / wide) - x / wide,
    height: Math.ceil((y + height) / tall) - y / tall,
  };
}

export function overlaps(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Index of a sample. */
export function indexOf({ at, step, stride }: Channel, x: number, y: number): number {
  return at + y * stride + x * step;
}
