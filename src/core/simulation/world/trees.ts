import type { Random } from '../../random.js';
import type { Vector } from '../camera.js';
import type { Route } from '../motion/route.js';
import { createNoiseTile, tileAt } from '../noise-tile.js';
import type { OccluderPlan } from '../scenario.js';
import type { House } from './houses.js';
import type { River } from './river.js';
import type { RoadDistance } from './road-distance.js';
import type { Bridge } from './bridge.js';
import { worldSize, wrapNear } from './extent.js';

export interface Tree extends Vector {
  /** Of the crown, metres. */
  readonly radius: number;
  readonly height: number;
  /** Number of its sprite. */
  readonly variant: number;
  readonly flip: boolean;
}

export const treeVariants = 6;

interface Surroundings {
  readonly route: Route;
  readonly roadDistance: RoadDistance;
  readonly river: River;
  readonly bridges: readonly Bridge[];
  readonly houses: readonly House[];
  readonly avenues: readonly OccluderPlan[];
}

/** Woods, single trees and bushes where they cannot hide the road; avenues where they shall. */
export function placeTrees(random: Random, surroundings: Surroundings): Tree[] {
  const avenues = surroundings.avenues.flatMap((plan) => plantAvenue(random, surroundings.route, plan));
  return [...avenues, ...plantCountryside(random, surroundings)];
}

function plantAvenue(random: Random, route: Route, { at, length, spacing = 8 }: OccluderPlan): Tree[] {
  const trees: Tree[] = [];
  const dense = spacing < 6;
  for (let s = at - length / 2; s <= at + length / 2; s += spacing) {
    for (const side of [1, -1]) {
      const { x, y, tx, ty } = route.at(s + random.uniform(-0.7, 0.7));
      const away = side * (dense ? 6.4 : 7.4);
      const position = { x: x - ty * away, y: y + tx * away, z: 0 };
      const radius = dense ? random.uniform(3.6, 4.1) : random.uniform(2.5, 3);
      trees.push({ ...position, ...looks(random), radius, height: dense ? 8 : 7 });
    }
  }
  return trees;
}

function plantCountryside(random: Random, { roadDistance, river, bridges, houses }: Surroundings): Tree[] {
  const woods = createNoiseTile(random, { bits: 7, cell: 32, octaves: 3 });
  const spacing = 6.4;
  const trees: Tree[] = [];
  for (let gridY = 0; gridY < worldSize / spacing; gridY++) {
    for (let gridX = 0; gridX < worldSize / spacing; gridX++) {
      const x = (gridX + random.next()) * spacing;
      const y = (gridY + random.next()) * spacing;
      const density = tileAt(woods, gridX * 2, gridY * 2);
      const bank = river.distance(x, y);
      const likely = density > 0.32 ? 0.8 : bank < 9 ? 0.2 : 0.035;
      if (!random.chance(likely)) continue;
      const bush = random.chance(density > 0.32 ? 0.15 : 0.4);
      const height = bush ? random.uniform(1.6, 2.6) : random.uniform(5, 9);
      const radius = bush ? random.uniform(0.8, 1.5) : height * random.uniform(0.34, 0.46);
      const far = (other: Vector, distance: number): boolean =>
        Math.hypot(wrapNear(other.x - x, 0), wrapNear(other.y - y, 0)) > distance;
      // the lowest the camera looks is 36 degrees: a tree hides the ground up to 1.4 heights behind it
      if (roadDistance.at(x, y) < 5.5 + 1.4 * height + radius || bank < radius * 0.6) continue;
      if (!houses.every((house) => far(house, house.reach + radius * 0.8))) continue;
      if (!bridges.every((bridge) => far(bridge, 55))) continue;
      trees.push({ x, y, z: 0, ...looks(random), radius, height });
    }
  }
  return trees;
}

function looks(random: Random): Pick<Tree, 'variant' | 'flip'> {
  return { variant: random.below(treeVariants), flip: random.chance(0.5) };
}
