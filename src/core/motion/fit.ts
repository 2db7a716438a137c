import type { Point } from '../geometry/box.js';
import type { Matrix3 } from './matrix.js';

/** A point seen in two pictures. */
export interface Match {
  readonly from: Point;
  readonly to: Point;
}

/** Similarity (rotation, scale, shift) through two matches; null when they start from the same point. */
export function similarityFromTwo(a: Match, b: Match): Matrix3 | null {
  const ux = b.from.x - a.from.x;
  const uy = b.from.y - a.from.y;
  const squared = ux * ux + uy * uy;
  if (squared < 1) return null;
  const vx = b.to.x - a.to.x;
  const vy = b.to.y - a.to.y;
  const c = (ux * vx + uy * vy) / squared;
  const s = (ux * vy - uy * vx) / squared;
  return [c, -s, a.to.x - c * a.from.x + s * a.from.y, s, c, a.to.y - s * a.from.x - c * a.from.y, 0, 0, 1];
}

/**
 * Weighted least-squares transform with the given freedom: 'affine' (6 numbers) or 'homography' (8, algebraic error,
 * coordinates normalised as in Hartley 1997). Null when the matches do not determine it.
 */
export function fitTransform(
  matches: readonly Match[],
  weights: Float64Array,
  model: 'affine' | 'homography',
): Matrix3 | null {
  const unknowns = model === 'affine' ? 6 : 8;
  const from = normaliser(matches, weights, 'from');
  const to = normaliser(matches, weights, 'to');
  const system = new Float64Array(unknowns * (unknowns + 1));
  const equation = new Float64Array(unknowns + 1);
  matches.forEach((match, index) => {
    const weight = weights[index]!;
    if (weight <= 0) return;
    const x = (match.from.x - from.x) / from.scale;
    const y = (match.from.y - from.y) / from.scale;
    const u = (match.to.x - to.x) / to.scale;
    const v = (match.to.y - to.y) / to.scale;
    // u (g x + h y + 1) = a x + b y + c, and likewise v
    for (const [offset, target] of [
      [0, u],
      [3, v],
    ] as const) {
      equation.fill(0);
      equation[offset] = x;
      equation[offset + 1] = y;
      equation[offset + 2] = 1;
      if (unknowns === 8) {
        equation[6] = -target * x;
        equation[7] = -target * y;
      }
      equation[unknowns] = target;
      accumulate(system, equation, unknowns, weight);
    }
  });
  const solution = solve(system, unknowns);
  if (!solution) return null;
  const [a, b, c, d, e, f, g = 0, h = 0] = solution as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return denormalise([a, b, c, d, e, f, g, h, 1], from, to);
}

interface Normaliser extends Point {
  readonly scale: number;
}

function normaliser(matches: readonly Match[], weights: Float64Array, side: 'from' | 'to'): Normaliser {
  let total = 0;
  let x = 0;
  let y = 0;
  matches.forEach((match, index) => {
    total += weights[index]!;
    x += weights[index]! * match[side].x;
    y += weights[index]! * match[side].y;
  });
  x /= total || 1;
  y /= total || 1;
  let spread = 0;
  matches.forEach((match, index) => {
    spread += weights[index]! * ((match[side].x - x) ** 2 + (match[side].y - y) ** 2);
  });
  return { x, y, scale: Math.sqrt(spread / (total || 1)) || 1 };
}

/** T_to^-1 M T_from, scaled to a last element of 1. */
function denormalise(m: Matrix3, from: Normaliser, to: Normaliser): Matrix3 | null {
  const inner = (row: 0 | 3 | 6): [number, number, number] => [
    m[row] / from.scale,
    m[row + 1]! / from.scale,
    m[row + 2]! - (m[row] * from.x + m[row + 1]! * from.y) / from.scale,
  ];
  const w = inner(6);
  const u = inner(0).map((value, k) => to.scale * value + to.x * w[k]!);
  const v = inner(3).map((value, k) => to.scale * value + to.y * w[k]!);
  const last = w[2];
  if (!Number.isFinite(last) || Math.abs(last) < 1e-9) return null;
  return [u[0]!, u[1]!, u[2]!, v[0]!, v[1]!, v[2]!, w[0], w[1], last].map(
    (value) => value / last,
  ) as unknown as Matrix3;
}

/** Adds one weighted equation to the normal equations. */
function accumulate(system: Float64Array, equation: Float64Array, n: number, weight: number): void {
  for (let row = 0; row < n; row++) {
    const factor = weight * equation[row]!;
    if (factor === 0) continue;
    for (let column = 0; column <= n; column++) system[row * (n + 1) + column]! += factor * equation[column]!;
  }
}

/** Gaussian elimination with partial pivoting on an n x (n + 1) system; null when singular. */
function solve(system: Float64Array, n: number): Float64Array | null {
  const wide = n + 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++) {
      if (Math.abs(system[row * wide + column]!) > Math.abs(system[pivot * wide + column]!)) pivot = row;
    }
    if (Math.abs(system[pivot * wide + column]!) < 1e-9) return null;
    for (let k = 0; k <= n; k++) {
      const swap = system[column * wide + k]!;
      system[column * wide + k] = system[pivot * wide + k]!;
      system[pivot * wide + k] = swap;
    }
    for (let row = 0; row < n; row++) {
      if (row === column) continue;
      const factor = system[row * wide + column]! / system[column * wide + column]!;
      for (let k = column; k <= n; k++) system[row * wide + k]! -= factor * system[column * wide + k]!;
    }
  }
  return Float64Array.from({ length: n }, (_, row) => system[row * wide + n]! / system[row * wide + row]!);
}
