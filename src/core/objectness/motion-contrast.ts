import { integral, tableSum } from './integral.js';
import type { Window } from './contour-scorer.js';
import { type Neighbour, residualMotion } from './residual-motion.js';
import type { YuvImage } from './yuv-image.js';

/** What moves in a picture otherwise than its background. */
export interface PictureMotion {
  /** Normal flow that is left, pixels: see {@link residualMotion}; 0 outside the active area and near its rim. */
  readonly residual: Float32Array;
  /** Share of the active area that moves. */
  readonly overall: number;
  /** Share of a window's pixels that move, less that of the ring around it: -1..1. */
  readonly contrast: (window: Window) => number;
}

/** Share of the picture that may move; beyond it the motion estimate is not believed. */
export const maxMoving = 0.35;

/** Null without neighbours, and when so much moves that the estimate of the background's motion must have failed. */
export function measureMotion(image: YuvImage, neighbours: readonly Neighbour[]): PictureMotion | null {
  if (neighbours.length === 0) return null;
  const { width, height, active } = image;
  const residual = residualMotion(image.y, image, neighbours);
  clearOutside(residual, image);
  const moving = integral(
    residual.map((flow) => (flow > 0.5 ? 1 : 0)),
    width,
    height,
  );
  const share = (left: number, top: number, right: number, bottom: number): number =>
    tableSum(moving, width + 1, left, top, right, bottom) / Math.max(1, (right - left) * (bottom - top));
  const overall = share(active.x, active.y, active.x + active.width, active.y + active.height);
  if (overall > maxMoving) return null;
  const contrast = (window: Window): number => {
    const inside = share(window.left, window.top, window.right, window.bottom);
    const padX = Math.max(3, Math.round(0.35 * (window.right - window.left)));
    const padY = Math.max(3, Math.round(0.35 * (window.bottom - window.top)));
    const left = Math.max(active.x, window.left - padX);
    const top = Math.max(active.y, window.top - padY);
    const right = Math.min(active.x + active.width, window.right + padX);
    const bottom = Math.min(active.y + active.height, window.bottom + padY);
    const area = (window.right - window.left) * (window.bottom - window.top);
    const ring = (right - left) * (bottom - top) - area;
    const around = share(left, top, right, bottom) * (ring + area) - inside * area;
    return inside - (ring > 0 ? around / ring : 0);
  };
  return { residual, overall, contrast };
}

/** Residuals count only inside the active area, two pixels from its rim. */
function clearOutside(residual: Float32Array, { width, height, active }: YuvImage): void {
  for (let y = 0; y < height; y++) {
    const outside = y < active.y + 2 || y >= active.y + active.height - 2;
    if (outside) residual.fill(0, y * width, (y + 1) * width);
    else {
      residual.fill(0, y * width, y * width + active.x + 2);
      residual.fill(0, y * width + active.x + active.width - 2, (y + 1) * width);
    }
  }
}
