/**
 * Axis-aligned box in image pixels, 0-indexed, centre-based.
 *
 * Coordinates are continuous: pixel (i, j) covers [i, i+1) x [j, j+1), so its centre lies at (i+0.5, j+0.5),
 * and the whole image of W x H pixels is the box {cx: W/2, cy: H/2, width: W, height: H}.
 */
export interface Box {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
}

/** Corner form `x, y` (top-left), `width`, `height`: exists only at the edges (files, MAVLink, ROS). */
export interface CornerBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function boxFromCorner({ x, y, width, height }: CornerBox): Box {
  return { cx: x + width / 2, cy: y + height / 2, width, height };
}

export function boxToCorner({ cx, cy, width, height }: Box): CornerBox {
  return { x: cx - width / 2, y: cy - height / 2, width, height };
}

export function boxArea(box: Box): number {
  return box.width * box.height;
}

/** True when all four numbers are finite and the sides are positive. */
export function isValidBox(box: Box): boolean {
  return (
    Number.isFinite(box.cx) &&
    Number.isFinite(box.cy) &&
    Number.isFinite(box.width) &&
    Number.isFinite(box.height) &&
    box.width > 0 &&
    box.height > 0
  );
}

/** Area shared by two boxes, in square pixels. */
export function intersectionArea(a: Box, b: Box): number {
  const width = overlap(a.cx, a.width, b.cx, b.width);
  const height = overlap(a.cy, a.height, b.cy, b.height);
  return width * height;
}

/** Intersection over union in 0..1; 0 when either box is degenerate or NaN. */
export function iou(a: Box, b: Box): number {
  const shared = intersectionArea(a, b);
  const union = boxArea(a) + boxArea(b) - shared;
  return union > 0 && shared > 0 ? shared / union : 0;
}

/** Distance between the centres, in pixels. */
export function centreDistance(a: Box, b: Box): number {
  return Math.hypot(a.cx - b.cx, a.cy - b.cy);
}

/**
 * Moves the centre into the frame and limits the sides to `minSide` .. the frame's own.
 * The box may still reach outside the frame, as ground truth does.
 */
export function clampBox(box: Box, frame: Size, minSide = 4): Box {
  return {
    cx: clamp(box.cx, 0, frame.width),
    cy: clamp(box.cy, 0, frame.height),
    width: clamp(box.width, minSide, frame.width),
    height: clamp(box.height, minSide, frame.height),
  };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

function overlap(centreA: number, sizeA: number, centreB: number, sizeB: number): number {
  const start = Math.max(centreA - sizeA / 2, centreB - sizeB / 2);
  const end = Math.min(centreA + sizeA / 2, centreB + sizeB / 2);
  return Math.max(0, end - start);
}
