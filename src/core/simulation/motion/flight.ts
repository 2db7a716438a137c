import type { Random } from '../../random.js';
import { clamp } from '../../geometry/box.js';
import type { CameraPose, Vector } from '../camera.js';
import type { Scenario } from '../scenario.js';
import { createGimbal, type Gimbal, type GimbalAttitude } from './gimbal.js';

/** The drone with its camera: circles the target slowly, and aims by itself until told otherwise. */
export interface Flight {
  step(dt: number, target: Vector): void;
  pose(): CameraPose;
  readonly gimbal: Gimbal;
  /** True: the built-in follow law aims; false: only commands from outside do. */
  autonomous: boolean;
  /** Where a gimbal from outside holds the camera; null: the drone's own holds it. */
  mounted: GimbalAttitude | null;
}

export interface FlightOptions {
  readonly scenario: Scenario;
  readonly target: Vector;
  /** Half the field of view, radians: drift is a share of it. */
  readonly halfWidth: number;
  readonly halfHeight: number;
}

/** Seconds by which the drone lags behind the target's motion; gain of the follow law, 1/s. */
const lag = 0.6;
const followGain = 3;

export function createFlight(
  random: Random,
  { scenario, target, halfWidth, halfHeight }: FlightOptions,
): Flight {
  const phases = Array.from({ length: 8 }, () => random.uniform(0, 2 * Math.PI));
  const wave = (i: number, rate: number, time: number): number => Math.sin(rate * time + phases[i]!);
  const slowly = (random.chance(0.5) ? 1 : -1) * random.uniform(0.025, 0.045);
  const orbit = scenario.orbit ?? slowly;
  const [radius, altitude] = [random.uniform(53, 56), random.uniform(51, 54)];
  let time = 0;
  let [followedX, followedY] = [target.x, target.y];

  const position = (): Vector => {
    const bearing = phases[0]! + orbit * time;
    const away = radius + 1.5 * wave(1, 0.21, time);
    return {
      x: followedX + away * Math.cos(bearing) + 0.25 * wave(2, 1.3, time),
      y: followedY + away * Math.sin(bearing) + 0.25 * wave(3, 1.7, time),
      z: altitude + 1.5 * wave(4, 0.17, time),
    };
  };
  // where the follow law wants to look: at the target, off by a slow drift, or away from it
  const aim = (goal: Vector): { yaw: number; pitch: number } => {
    const from = position();
    const [dx, dy] = [goal.x - from.x, goal.y - from.y];
    const driftX = 0.7 * wave(5, 0.43, time) + 0.3 * wave(6, 1.1, time);
    const driftY = 0.7 * wave(7, 0.37, time) + 0.3 * wave(1, 0.9, time);
    return {
      yaw: Math.atan2(dx, dy) + scenario.drift * halfWidth * driftX + lookAway(scenario, time),
      pitch: Math.atan2(0.7 - from.z, Math.hypot(dx, dy)) + scenario.drift * halfHeight * driftY,
    };
  };
  let previous = aim(target);
  const gimbal = createGimbal(previous);
  const flight: Flight = {
    gimbal,
    autonomous: true,
    mounted: null,
    step(dt, goal) {
      time += dt;
      const share = Math.min(1, dt / lag);
      followedX += (goal.x - followedX) * share;
      followedY += (goal.y - followedY) * share;
      const wanted = aim(goal);
      if (flight.autonomous && dt > 0) commandTowards(gimbal, wanted, previous, dt);
      previous = wanted;
      gimbal.step(dt);
    },
    pose() {
      const { yaw, pitch }: GimbalAttitude = flight.mounted ?? gimbal.attitude();
      // what vibration the mount lets through: some hundredths of a degree
      return {
        position: position(),
        yaw: yaw + 3e-4 * wave(2, 19, time),
        pitch: pitch + 3e-4 * wave(3, 23, time),
      };
    },
  };
  return flight;
}

/** Proportional law with the aim's own rate fed forward. */
function commandTowards(
  gimbal: Gimbal,
  wanted: { yaw: number; pitch: number },
  previous: { yaw: number; pitch: number },
  dt: number,
): void {
  const { yaw, pitch } = gimbal.attitude();
  const feed = (now: number, before: number): number => clamp(wrapAngle(now - before) / dt, -0.6, 0.6);
  gimbal.command(
    followGain * wrapAngle(wanted.yaw - yaw) + feed(wanted.yaw, previous.yaw),
    followGain * (wanted.pitch - pitch) + feed(wanted.pitch, previous.pitch),
  );
}

function lookAway({ lookAway: plan }: Scenario, time: number): number {
  if (!plan || time < plan.start) return 0;
  const since = (time - plan.start) % plan.period;
  return since < plan.duration ? plan.angle : 0;
}

function wrapAngle(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}
