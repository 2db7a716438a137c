import type { Point } from '../../geometry/box.js';
import type { Random } from '../../random.js';
import { worldSize, wrapNear } from './extent.js';

/** A river that runs north through the world and widens to a lake in the middle of the route. */
export interface River {
  /** Metres to the bank, negative in the water. */
  distance(x: number, y: number): number;
  /** Metres east of the river's middle, and half its width, for row `y`: for painting row by row. */
  middle(y: number): number;
  halfWidth(y: number): number;
  /** Cosine of the river's slope at `y`: turns distances along x into distances across. */
  slant(y: number): number;
}

/** Of some rivers takes the one that keeps farthest from `avoid`. */
export function createRiver(random: Random, avoid: readonly Point[]): River {
  let best = randomRiver(random);
  let bestDistance = clearance(best, avoid);
  for (let i = 0; i < 40 && bestDistance < 60; i++) {
    const river = randomRiver(random);
    const distance = clearance(river, avoid);
    if (distance > bestDistance) [best, bestDistance] = [river, distance];
  }
  return best;
}

function clearance(river: River, points: readonly Point[]): number {
  return points.reduce((least, { x, y }) => Math.min(least, river.distance(x, y)), Infinity);
}

function randomRiver(random: Random): River {
  const base = worldSize * random.uniform(0.4, 0.6);
  const wave = (2 * Math.PI) / worldSize;
  const [a1, p1] = [random.uniform(15, 40), random.uniform(0, 2 * Math.PI)];
  const [a2, p2] = [random.uniform(5, 14), random.uniform(0, 2 * Math.PI)];
  const lakeY = worldSize * random.uniform(0.42, 0.58);
  const lakeWidth = random.uniform(14, 26);
  const middle = (y: number): number =>
    base + a1 * Math.sin(wave * y + p1) + a2 * Math.sin(3 * wave * y + p2);
  const slant = (y: number): number => {
    const slope = wave * (a1 * Math.cos(wave * y + p1) + 3 * a2 * Math.cos(3 * wave * y + p2));
    return 1 / Math.sqrt(1 + slope * slope);
  };
  const halfWidth = (y: number): number => {
    const t = wrapNear(y - lakeY, 0) / 34;
    return 5 + lakeWidth * Math.exp(-t * t);
  };
  return {
    middle,
    halfWidth,
    slant,
    distance: (x, y) => Math.abs(wrapNear(x - middle(y), 0)) * slant(y) - halfWidth(y),
  };
}
