import type { Box, Point } from './box.js';

/** Factors from one pixel grid of a picture to another. */
export interface Scale {
  readonly x: number;
  readonly y: number;
}

export function scaleBox({ cx, cy, width, height }: Box, { x, y }: Scale): Box {
  return { cx: cx * x, cy: cy * y, width: width * x, height: height * y };
}

export function scalePoint(point: Point, { x, y }: Scale): Point {
  return { x: point.x * x, y: point.y * y };
}
