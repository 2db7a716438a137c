import type { Point, Size } from '../../../core/geometry/box.js';
import { boxFromCorner } from '../../../core/geometry/box.js';
import type { Command, FrameReference } from '../../../core/ports/control.js';

/** A selection as MAVLink writes it, in image pixels; null when its numbers make none. */
export type Selection = Extract<Command, { kind: 'select' }>;

/**
 * MAV_CMD_CAMERA_TRACK_POINT: x and y, 0..1 of the picture. The radius is the finger's, not the target's: the point grows to
 * a box by itself.
 */
export function selectPoint(params: readonly number[], size: Size, on: FrameReference): Selection | null {
  const point = pixel(params[0], params[1], size);
  return point && { kind: 'select', point, ...on };
}

/** MAV_CMD_CAMERA_TRACK_RECTANGLE: two opposite corners, 0..1 of the picture. */
export function selectRectangle(params: readonly number[], size: Size, on: FrameReference): Selection | null {
  const [a, b] = [pixel(params[0], params[1], size), pixel(params[2], params[3], size)];
  if (!a || !b) return null;
  const width = Math.abs(a.x - b.x);
  const height = Math.abs(a.y - b.y);
  if (width === 0 || height === 0) return null;
  const corner = { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width, height };
  return { kind: 'select', box: boxFromCorner(corner), ...on };
}

/** A float32 of 1 may lie a little above it. */
const tolerance = 1e-3;

function pixel(x: number | undefined, y: number | undefined, { width, height }: Size): Point | null {
  if (x === undefined || y === undefined || !isShare(x) || !isShare(y)) return null;
  return { x: Math.min(1, Math.max(0, x)) * width, y: Math.min(1, Math.max(0, y)) * height };
}

/** NaN is none. */
function isShare(value: number): boolean {
  return value >= -tolerance && value <= 1 + tolerance;
}
