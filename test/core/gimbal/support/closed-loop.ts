import { FollowController, type Demand } from '../../../../src/core/gimbal/follow-controller.js';
import { followOptionsSchema, type FollowOptions } from '../../../../src/core/gimbal/follow-options.js';
import { imagePointOf, intrinsicsOfView } from '../../../../src/core/gimbal/pinhole.js';
import { conjugate, fromEuler, identity, rotate } from '../../../../src/core/gimbal/quaternion.js';
import { SightingReader } from '../../../../src/core/gimbal/sighting.js';
import { createRandom } from '../../../../src/core/random.js';
import { createGimbal, type GimbalLimits } from '../../../../src/core/simulation/motion/gimbal.js';
import type { TrackState } from '../../../../src/core/tracking/track.js';

export const degree = Math.PI / 180;

export interface Aim {
  readonly yaw: number;
  readonly pitch: number;
}

export interface LoopOptions {
  readonly options?: Partial<Record<keyof FollowOptions, unknown>>;
  /** Where the target is seen from the gimbal, radians. */
  readonly target: (timeS: number) => Aim;
  /** What the tracker says; default: always tracking. */
  readonly state?: (timeS: number) => TrackState;
  readonly seconds: number;
  readonly limits?: Partial<GimbalLimits>;
  readonly start?: Aim;
  readonly fps?: number;
  /** From a picture's taking to its track; seconds. */
  readonly trackingS?: number;
  /** Attitude reports a second, and how long they travel; 0: none. */
  readonly reportHz?: number;
  readonly reportDelayS?: number;
  /** Standard deviation of the box centre, pixels. */
  readonly noise?: number;
  /** What the gimbal makes of a rate. */
  readonly scale?: number;
  readonly onStep?: (timeS: number, controller: FollowController) => void;
}

export interface LoopSample {
  readonly timeS: number;
  /** Off the image's middle, as a share of the frame's width. */
  readonly off: number;
  /** How far the gimbal's yaw is past the target, radians. */
  readonly yawPast: number;
  readonly yaw: number;
  readonly pitch: number;
  readonly demand: Demand;
}

const size = { width: 640, height: 360 };
/** As the simulated camera: 45 degrees wide. */
export const view = intrinsicsOfView(size, 2 * Math.atan(0.5 / 1.2));

/** A gimbal as the project simulates it, an exact or noisy box 60 times a second, and a clock that only this loop moves. */
export function closeLoop(given: LoopOptions): LoopSample[] {
  const { target, seconds, fps = 60, trackingS = 0.02, reportHz = 100, reportDelayS = 0.004 } = given;
  const { start = { yaw: 0, pitch: 0 }, noise = 0, scale = 1, state = () => 'tracking' as const } = given;
  const controller = new FollowController(followOptionsSchema.parse(given.options ?? {}));
  const reader = new SightingReader(view, identity);
  const limits = { maxRate: 60 * degree, maxAcceleration: 500 * degree, delay: 0.04 };
  const stops = { minPitch: -Math.PI / 2, maxPitch: Math.PI / 2 };
  const gimbal = createGimbal(start, { ...limits, ...stops, ...given.limits });
  const random = createRandom(5);
  const due: { at: number; run: () => void }[] = [];
  const samples: LoopSample[] = [];
  const dt = 1 / 1200;
  let demand: Demand = controller.step(0);
  for (let tick = 0; tick < seconds / dt; tick++) {
    const timeS = tick * dt;
    const attitude = gimbal.attitude();
    const orientation = fromEuler({ ...attitude, roll: 0 });
    const { yaw, pitch } = target(timeS);
    const direction = rotate(fromEuler({ yaw, pitch, roll: 0 }), { x: 1, y: 0, z: 0 });
    const point = imagePointOf(view, rotate(conjugate(orientation), direction));
    if (tick % Math.round(1 / fps / dt) === 0) {
      const now = point && Math.abs(point.x - 320) < 320 ? state(timeS) : 'lost';
      const seen = now === 'tracking' && point !== null;
      const box = seen
        ? { cx: point.x + random.normal(noise), cy: point.y + random.normal(noise), width: 40, height: 30 }
        : null;
      const frame = { sequence: tick, capturedAtNs: BigInt(Math.round(timeS * 1e9)), ...size };
      const track = { state: now, box, confidence: 0.9, velocity: null, frame, target: 1 };
      const run = (): void => {
        controller.see(reader.read(track));
        demand = controller.step(timeS + trackingS);
        gimbal.command(scale * demand.rates.yaw, scale * demand.rates.pitch);
      };
      due.push({ at: timeS + trackingS, run });
      samples.push({
        ...{ timeS, yaw: attitude.yaw, pitch: attitude.pitch, demand },
        off: point ? Math.hypot(point.x - 320, point.y - 180) / 640 : 1,
        yawPast: attitude.yaw - yaw,
      });
    }
    if (reportHz > 0 && tick % Math.round(1 / reportHz / dt) === 0) {
      const report = { timeS, orientation, yawFrame: 'earth' as const, rates: null, heading: null };
      due.push({
        at: timeS + reportDelayS,
        run: () => {
          controller.attitude(report);
        },
      });
    }
    given.onStep?.(timeS, controller);
    for (let i = 0; i < due.length;) {
      if (due[i]!.at <= timeS) due.splice(i, 1)[0]!.run();
      else i++;
    }
    gimbal.step(dt);
  }
  return samples;
}

/** Root mean square of the distance to the middle, as a share of the frame's width. */
export function rmsOff(samples: readonly LoopSample[]): number {
  return Math.sqrt(samples.reduce((sum, { off }) => sum + off * off, 0) / samples.length);
}

/** Of a step to a standing target: the time after which the yaw error stays within `band` of the step, and the overshoot's share. */
export function stepResponse(samples: readonly LoopSample[], step: number, band = 0.05) {
  const last = samples.findLastIndex(({ yawPast }) => Math.abs(yawPast) > band * Math.abs(step));
  const settled = samples[last + 1]?.timeS ?? Number.POSITIVE_INFINITY;
  const overshoot = Math.max(
    0,
    ...samples.map(({ yawPast }) => (yawPast * Math.sign(step)) / Math.abs(step)),
  );
  return { settled, overshoot };
}
