import type { Random } from '../../random.js';
import type { MeshPlacement } from '../raster/mesh.js';
import type { Scenario } from '../scenario.js';
import type { Route } from './route.js';
import {
  createVehicleLook,
  plainPaints,
  similarPaint,
  vehicleShapes,
  vividPaints,
  type VehicleLook,
} from './vehicle.js';

export interface Vehicle extends MeshPlacement {
  readonly look: VehicleLook;
  readonly role: 'target' | 'distractor' | 'passer-by';
}

/** The target and the other vehicles, driving. */
export interface Traffic {
  step(dt: number): void;
  /** The target first. */
  vehicles(): readonly Vehicle[];
}

/** Metres left of the centre line: the target's lane, the middle of the circling ones, the other lane. */
const targetLane = -2.2;
const circleLane = -2.4;
const circleWidth = 2.5;
const otherLane = 2.8;

interface Mover {
  readonly role: Vehicle['role'];
  readonly look: VehicleLook;
  /** Metres ahead of the target along the route, metres left of the centre line, and whether it drives the other way. */
  place: (time: number, travelled: number) => { ahead: number; left: number; oncoming?: boolean };
}

export function createTraffic(random: Random, route: Route, scenario: Scenario): Traffic {
  const shape = random.pick(vehicleShapes);
  const paint = random.pick(vividPaints);
  const lookAlike = (): VehicleLook =>
    createVehicleLook(shape, similarPaint(random, paint), random.chance(0.5) ? 'plain' : 'dark');
  const wander = random.uniform(0, 2 * Math.PI);
  const target: Mover = {
    role: 'target',
    look: createVehicleLook(shape, paint, 'stripes'),
    place: (time) => ({ ahead: 0, left: targetLane + 0.25 * Math.sin(0.6 * time + wander) }),
  };
  const circling = scenario.circling.map(({ reach, period, phase }, i): Mover => ({
    role: 'distractor',
    look: lookAlike(),
    // an ellipse around the target: overtakes on one side, falls back on the other, crosses its path in between
    place: (time) => {
      const turn = 2 * Math.PI * (time / period + phase);
      return {
        ahead: reach * Math.sin(turn),
        left: circleLane + (i % 2 === 0 ? 1 : -1) * circleWidth * Math.cos(turn),
      };
    },
  }));
  const { count, lookAlikeEvery } = scenario.oncoming;
  const span = Math.max(360, count * 62);
  const oncoming = Array.from({ length: count }, (_, i): Mover => {
    const similar = i % lookAlikeEvery === 0;
    const offset = (i * span) / count + random.uniform(0, 24) + 20;
    const look = similar
      ? lookAlike()
      : createVehicleLook(random.pick(vehicleShapes), random.pick(plainPaints), 'plain');
    return {
      role: similar ? 'distractor' : 'passer-by',
      look,
      place: (time, travelled) => {
        const ahead = offset - travelled - 8.5 * time;
        return { ahead: ahead - span * Math.round(ahead / span), left: otherLane, oncoming: true };
      },
    };
  });
  const speedPhase = random.uniform(0, 2 * Math.PI);
  const cruise = random.uniform(7, 8.5);
  const movers = [target, ...circling, ...oncoming];
  let time = 0;
  let travelled = 0;
  return {
    step(dt) {
      time += dt;
      travelled += cruise * (1 + 0.22 * Math.sin(0.27 * time + speedPhase)) * dt;
    },
    vehicles: () => movers.map((mover) => locate(mover, route, time, travelled)),
  };
}

function locate({ place, look, role }: Mover, route: Route, time: number, travelled: number): Vehicle {
  const { ahead, left, oncoming = false } = place(time, travelled);
  const at = route.at(travelled + ahead);
  // it points where it goes: its path on the road, a tenth of a second on, at the target's typical speed
  const later = place(time + 0.1, travelled + 0.75);
  const along = oncoming ? -1 : Math.max(0.2, later.ahead - ahead + 0.75);
  const aside = oncoming ? 0 : later.left - left;
  return {
    look,
    role,
    x: at.x - at.ty * left,
    y: at.y + at.tx * left,
    z: 0,
    heading: Math.atan2(at.ty * along + at.tx * aside, at.tx * along - at.ty * aside),
  };
}
