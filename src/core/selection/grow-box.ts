import type { Box, Point } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';

export interface GrowRequest {
  readonly point: Point;
  readonly frame: Frame;
  readonly neighbours: readonly Frame[];
  readonly wider: number;
}

export function growBox({ point: { x, y }, frame: { width, height }, wider }: GrowRequest): Box {
  const side = (Math.min(width, height) / 8) * 2 ** Math.min(wider, 2);
  return { cx: x, cy: y, width: side, height: side };
}
