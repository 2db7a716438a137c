import type { Point } from '../geometry/box.js';
import type { GreyImage, Pyramid } from './pyramid.js';

export interface TrackedPoint extends Point {
  /** Mean absolute difference of the patch at its new place, grey levels; Infinity when it was lost. */
  readonly error: number;
}

export interface LucasKanadeOptions {
  /** The patch is (2 radius + 1) pixels wide on every level. */
  readonly radius?: number;
  readonly iterations?: number;
  /** Smallest accepted minimal eigenvalue of the patch's mean structure tensor. */
  readonly minEigenvalue?: number;
  /** First guesses in level-0 pixels; the points themselves when absent. */
  readonly guesses?: readonly Point[];
}

/**
 * Follows points from one picture into another by pyramidal, iterative Lucas-Kanade (Bouguet 2001), coarse to fine.
 * Points are continuous coordinates of level 0; both pyramids have the same sizes.
 */
export function trackPoints(
  from: Pyramid,
  to: Pyramid,
  points: readonly Point[],
  { radius = 4, iterations = 6, minEigenvalue = 1, guesses = points }: LucasKanadeOptions = {},
): TrackedPoint[] {
  const patch = createPatch(radius);
  const top = Math.min(from.length, to.length) - 1;
  return points.map((point, index) => {
    const guess = guesses[index] ?? point;
    let dx = (guess.x - point.x) / 2 ** top;
    let dy = (guess.y - point.y) / 2 ** top;
    let error = Infinity;
    for (let level = top; level >= 0; level--) {
      const scale = 2 ** level;
      const x = point.x / scale;
      const y = point.y / scale;
      if (sampleTemplate(patch, from[level]!, x, y) && patch.minEigenvalue >= minEigenvalue) {
        error = align(patch, to[level]!, x, y, dx, dy, iterations);
        dx = patch.dx;
        dy = patch.dy;
      } else if (level === 0) error = Infinity;
      if (level > 0) {
        dx *= 2;
        dy *= 2;
      }
    }
    return { x: point.x + dx, y: point.y + dy, error };
  });
}

interface Patch {
  readonly radius: number;
  readonly values: Float32Array;
  readonly gradientX: Float32Array;
  readonly gradientY: Float32Array;
  /** Template with a border of one pixel, for central differences. */
  readonly padded: Float32Array;
  xx: number;
  xy: number;
  yy: number;
  minEigenvalue: number;
  dx: number;
  dy: number;
}

function createPatch(radius: number): Patch {
  const side = 2 * radius + 1;
  return {
    radius,
    values: new Float32Array(side * side),
    gradientX: new Float32Array(side * side),
    gradientY: new Float32Array(side * side),
    padded: new Float32Array((side + 2) * (side + 2)),
    xx: 0,
    xy: 0,
    yy: 0,
    minEigenvalue: 0,
    dx: 0,
    dy: 0,
  };
}

/** Cuts the template and its gradients; false when it does not lie inside the picture. */
function sampleTemplate(patch: Patch, image: GreyImage, x: number, y: number): boolean {
  const { radius, values, gradientX, gradientY, padded } = patch;
  if (!samplePatch(image, x, y, radius + 1, padded)) return false;
  const side = 2 * radius + 1;
  const wide = side + 2;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const at = (row + 1) * wide + column + 1;
      const out = row * side + column;
      const gx = 0.5 * (padded[at + 1]! - padded[at - 1]!);
      const gy = 0.5 * (padded[at + wide]! - padded[at - wide]!);
      values[out] = padded[at]!;
      gradientX[out] = gx;
      gradientY[out] = gy;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  }
  patch.xx = xx;
  patch.xy = xy;
  patch.yy = yy;
  patch.minEigenvalue = (0.5 * (xx + yy) - Math.sqrt(0.25 * (xx - yy) * (xx - yy) + xy * xy)) / (side * side);
  return true;
}

/** Gauss-Newton on the shift (Bouguet, eq. 28); leaves it in the patch, answers the final mean absolute difference. */
function align(
  patch: Patch,
  image: GreyImage,
  x: number,
  y: number,
  dx: number,
  dy: number,
  iterations: number,
): number {
  const { radius, values, gradientX, gradientY, padded, xx, xy, yy } = patch;
  const determinant = xx * yy - xy * xy;
  const count = values.length;
  let error = Infinity;
  patch.dx = dx;
  patch.dy = dy;
  for (let iteration = 0; iteration <= iterations; iteration++) {
    if (!samplePatch(image, x + patch.dx, y + patch.dy, radius, padded)) return Infinity;
    let bx = 0;
    let by = 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const difference = values[i]! - padded[i]!;
      bx += difference * gradientX[i]!;
      by += difference * gradientY[i]!;
      sum += difference < 0 ? -difference : difference;
    }
    error = sum / count;
    if (iteration === iterations) break;
    const stepX = (yy * bx - xy * by) / determinant;
    const stepY = (xx * by - xy * bx) / determinant;
    patch.dx += stepX;
    patch.dy += stepY;
    if (stepX * stepX + stepY * stepY < 4e-4) break;
  }
  return error;
}

/** Bilinear (2 radius + 1)^2 samples around (x, y), all with one fraction; false when they leave the picture. */
function samplePatch(image: GreyImage, x: number, y: number, radius: number, out: Float32Array): boolean {
  const { data, width, height } = image;
  // pixel i has its centre at i + 0.5
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  if (!(left >= radius && top >= radius && left + radius + 1 < width && top + radius + 1 < height))
    return false;
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  const w00 = (1 - fx) * (1 - fy);
  const w01 = fx * (1 - fy);
  const w10 = (1 - fx) * fy;
  const w11 = fx * fy;
  const side = 2 * radius + 1;
  for (let row = 0, k = 0; row < side; row++) {
    let at = (top - radius + row) * width + left - radius;
    for (let column = 0; column < side; column++, at++, k++) {
      out[k] = w00 * data[at]! + w01 * data[at + 1]! + w10 * data[at + width]! + w11 * data[at + width + 1]!;
    }
  }
  return true;
}
