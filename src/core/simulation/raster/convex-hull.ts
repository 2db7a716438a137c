import type { Polygon } from './polygon.js';

/** Convex hull of a few points (Andrew's monotone chain). */
export function convexHull({ points, count }: Polygon): Polygon {
  const order = Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => points[2 * a]! - points[2 * b]! || points[2 * a + 1]! - points[2 * b + 1]!,
  );
  const lower = halfHull(points, order);
  const upper = halfHull(points, order.reverse());
  const corners = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  const out = new Float64Array(2 * corners.length);
  corners.forEach((corner, i) => {
    out[2 * i] = points[2 * corner]!;
    out[2 * i + 1] = points[2 * corner + 1]!;
  });
  return { points: out, count: corners.length };
}

function halfHull(points: Float64Array, order: readonly number[]): number[] {
  const chain: number[] = [];
  for (const i of order) {
    while (chain.length >= 2 && !turnsLeft(points, chain[chain.length - 2]!, chain[chain.length - 1]!, i)) {
      chain.pop();
    }
    chain.push(i);
  }
  return chain;
}

function turnsLeft(points: Float64Array, a: number, b: number, c: number): boolean {
  const abx = points[2 * b]! - points[2 * a]!;
  const aby = points[2 * b + 1]! - points[2 * a + 1]!;
  const acx = points[2 * c]! - points[2 * a]!;
  const acy = points[2 * c + 1]! - points[2 * a + 1]!;
  return abx * acy - aby * acx > 0;
}
