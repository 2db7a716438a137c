import type { Size } from '../geometry/box.js';
import type { Matrix3 } from '../motion/matrix.js';
import { warpLuma } from '../motion/warp.js';
import { boxMean } from './box-mean.js';

/** Another picture of the same shot, and where this picture's background lies in it. */
export interface Neighbour {
  readonly luma: Uint8Array;
  /** Takes points of this picture to points of the neighbour. */
  readonly matrix: Matrix3;
}

/**
 * What moves otherwise than the background, per pixel: the difference to the warped neighbour over the local gradient, i.e. the
 * normal flow that is left, in pixels (0 where unknown); the smallest over the neighbours. An object differs from both the picture before
 * and the one after; the place it left or goes to differs from only one.
 */
export function residualMotion(luma: Uint8Array, size: Size, neighbours: readonly Neighbour[]): Float32Array {
  const { width, height } = size;
  const count = width * height;
  const residual = new Float32Array(count).fill(neighbours.length > 0 ? Infinity : 0);
  const warped = new Uint8Array(count);
  const valid = new Uint8Array(count);
  const gradient = gradientMagnitude(luma, width, height);
  const difference = new Float32Array(count);
  for (const { luma: other, matrix } of neighbours) {
    warpLuma(other, size, matrix, warped, valid);
    const gain = brightnessShift(luma, warped, valid);
    for (let i = 0; i < count; i++) {
      difference[i] = valid[i] === 1 ? Math.abs(luma[i]! - warped[i]! - gain) : 0;
    }
    // over 3x3 pixels, against noise and half a pixel of misalignment
    const smooth = boxMean(difference, width, height, 1);
    for (let i = 0; i < count; i++) {
      const flow = Math.max(0, smooth[i]! - 4) / (gradient[i]! + 6);
      if (flow < residual[i]!) residual[i] = flow;
    }
  }
  return residual;
}

/** Median difference of brightness on a coarse grid: exposure changes are no motion. */
function brightnessShift(luma: Uint8Array, warped: Uint8Array, valid: Uint8Array): number {
  const bins = new Int32Array(511);
  let total = 0;
  for (let i = 0; i < luma.length; i += 37) {
    if (valid[i] !== 1) continue;
    bins[luma[i]! - warped[i]! + 255]!++;
    total++;
  }
  let below = 0;
  let bin = 0;
  while (bin < 510 && below + bins[bin]! <= total / 2) below += bins[bin++]!;
  return total > 0 ? bin - 255 : 0;
}

/** Strongest central difference over 3x3 pixels, grey levels per pixel. */
function gradientMagnitude(luma: Uint8Array, width: number, height: number): Float32Array {
  const magnitude = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const gx = luma[i + 1]! - luma[i - 1]!;
      const gy = luma[i + width]! - luma[i - width]!;
      magnitude[i] = 0.5 * (Math.abs(gx) + Math.abs(gy));
    }
  }
  return boxMean(magnitude, width, height, 1);
}
