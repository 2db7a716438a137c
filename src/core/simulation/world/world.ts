import { createRandom } from '../../random.js';
import type { Vector } from '../camera.js';
import { createRoute, type Route } from '../motion/route.js';
import type { OccluderPlan, Scenario } from '../scenario.js';
import { placeHouses, type House } from './houses.js';
import type { Bridge } from './bridge.js';
import { worldSize } from './extent.js';
import { createRiver, type River } from './river.js';
import { createRoadDistance, type RoadDistance } from './road-distance.js';
import { placeTrees, type Tree } from './trees.js';

export interface SmokePlume extends Vector {
  /** Metres the plume spreads along the route. */
  readonly length: number;
  /** Unit vector of its drift: across the route. */
  readonly driftX: number;
  readonly driftY: number;
}

/** Everything that stands still. */
export interface World {
  readonly sun: Vector;
  readonly route: Route;
  readonly roadDistance: RoadDistance;
  readonly river: River;
  readonly bridges: readonly Bridge[];
  readonly smoke: readonly SmokePlume[];
  readonly houses: readonly House[];
  readonly trees: readonly Tree[];
}

export function createWorld(seed: number, scenario: Scenario): World {
  const random = createRandom(seed);
  const sunAzimuth = random.uniform(0, 2 * Math.PI);
  const sunElevation = random.uniform(0.75, 0.95);
  const route = createRoute(random.fork(1), worldSize);
  const roadDistance = createRoadDistance(route);
  const plans = (kind: OccluderPlan['kind']): readonly OccluderPlan[] =>
    scenario.occluders.filter((plan) => plan.kind === kind && plan.at + plan.length < route.length);
  const river = createRiver(
    random.fork(2),
    plans('bridge').map((plan) => route.at(plan.at)),
  );
  const bridges = plans('bridge').map((plan) => bridgeOver(route, plan));
  const houses = placeHouses(random.fork(3), { route, roadDistance, river, bridges });
  const trees = placeTrees(random.fork(4), {
    route,
    roadDistance,
    river,
    bridges,
    houses,
    avenues: plans('avenue'),
  });
  return {
    sun: {
      x: Math.cos(sunAzimuth) * Math.cos(sunElevation),
      y: Math.sin(sunAzimuth) * Math.cos(sunElevation),
      z: Math.sin(sunElevation),
    },
    route,
    roadDistance,
    river,
    bridges,
    smoke: plans('smoke').map((plan) => smokeBeside(route, plan)),
    houses,
    trees,
  };
}

function bridgeOver(route: Route, { at, length }: OccluderPlan): Bridge {
  const { x, y, tx, ty } = route.at(at);
  return { x, y, z: 0, heading: Math.atan2(tx, -ty), length };
}

/** The fire burns beside the road; the smoke drifts over it. */
function smokeBeside(route: Route, { at, length }: OccluderPlan): SmokePlume {
  const { x, y, tx, ty } = route.at(at);
  return { x: x - ty * 9, y: y + tx * 9, z: 0.5, length, driftX: ty, driftY: -tx };
}
