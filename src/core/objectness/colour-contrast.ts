import type { Window } from './contour-scorer.js';
import type { YuvImage } from './yuv-image.js';

/** How differently a window is coloured than the ring around it: 0 (the same) .. 1 (nothing in common). */
export type ColourContrast = (window: Window) => number;

const lumaBins = 16;
const chromaBins = 10;

/**
 * Colour contrast cue of "What is an object?" (Alexe, Deselaers & Ferrari 2012): distance of the colour histograms inside and in
 * a ring 0.4 of the sides wide; here 1 - Bhattacharyya coefficient on blurred joint bins, from some 200 samples each.
 */
export function createColourContrast(image: YuvImage): ColourContrast {
  const inside = new Float32Array(lumaBins + 2 * chromaBins);
  const around = new Float32Array(lumaBins + 2 * chromaBins);
  return (window) => {
    inside.fill(0);
    around.fill(0);
    const { active } = image;
    const padX = Math.max(3, 0.4 * (window.right - window.left));
    const padY = Math.max(3, 0.4 * (window.bottom - window.top));
    const left = Math.max(active.x, Math.floor(window.left - padX));
    const top = Math.max(active.y, Math.floor(window.top - padY));
    const right = Math.min(active.x + active.width, Math.ceil(window.right + padX));
    const bottom = Math.min(active.y + active.height, Math.ceil(window.bottom + padY));
    const step = Math.max(1, Math.sqrt(((right - left) * (bottom - top)) / 400));
    let inCount = 0;
    let outCount = 0;
    for (let y = top; y < bottom; y += step) {
      const row = y | 0;
      for (let x = left; x < right; x += step) {
        const column = x | 0;
        const isInside =
          column >= window.left && column < window.right && row >= window.top && row < window.bottom;
        addSample(image, column, row, isInside ? inside : around);
        if (isInside) inCount++;
        else outCount++;
      }
    }
    if (inCount === 0 || outCount < 0.3 * inCount) return 0; // nearly the whole picture: nothing to compare with
    const part = (from: number, to: number): number => {
      let coefficient = 0;
      for (let bin = from; bin < to; bin++) {
        coefficient += Math.sqrt((inside[bin]! / inCount) * (around[bin]! / outCount));
      }
      return 1 - Math.min(1, coefficient);
    };
    const luma = part(0, lumaBins);
    const u = part(lumaBins, lumaBins + chromaBins);
    const v = part(lumaBins + chromaBins, lumaBins + 2 * chromaBins);
    return 1 - (1 - luma) * (1 - u) * (1 - v);
  };
}

/** Luma over 16 bins, chroma over 10 bins of 8 levels around grey, each shared linearly between two bins. */
function addSample(image: YuvImage, column: number, row: number, histogram: Float32Array): void {
  const half = (row >> 1) * image.halfWidth + (column >> 1);
  share(histogram, 0, lumaBins, image.y[row * image.width + column]! / 16 - 0.5);
  share(histogram, lumaBins, chromaBins, (image.u[half]! - 88) / 8 - 0.5);
  share(histogram, lumaBins + chromaBins, chromaBins, (image.v[half]! - 88) / 8 - 0.5);
}

function share(histogram: Float32Array, offset: number, bins: number, position: number): void {
  const clamped = position < 0 ? 0 : position > bins - 1.001 ? bins - 1.001 : position;
  const bin = clamped | 0;
  const fraction = clamped - bin;
  histogram[offset + bin]! += 1 - fraction;
  histogram[offset + bin + 1]! += fraction;
}
