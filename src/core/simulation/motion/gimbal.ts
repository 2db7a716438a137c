import { clamp } from '../../geometry/box.js';

export interface GimbalLimits {
  /** rad/s, on each axis. */
  readonly maxRate: number;
  /** rad/s², on each axis. */
  readonly maxAcceleration: number;
  /** Seconds from a command to the motor. */
  readonly delay: number;
  /** Mechanical stops of the pitch axis, radians. */
  readonly minPitch: number;
  readonly maxPitch: number;
}

/** A small camera gimbal: 90 deg/s, 500 deg/s², 50 ms, from straight down to 20 degrees above the horizon. */
export const defaultGimbalLimits: GimbalLimits = {
  maxRate: Math.PI / 2,
  maxAcceleration: (500 * Math.PI) / 180,
  delay: 0.05,
  minPitch: -Math.PI / 2,
  maxPitch: Math.PI / 9,
};

/** Radians and rad/s; yaw clockwise from north (not wrapped), pitch positive up. Stabilised: relative to the earth. */
export interface GimbalAttitude {
  readonly yaw: number;
  readonly pitch: number;
  readonly yawRate: number;
  readonly pitchRate: number;
}

export interface Gimbal {
  attitude(): GimbalAttitude;
  /** Rates to run at from `delay` later on, until the next command; clamped to the limits. */
  command(yawRate: number, pitchRate: number): void;
  /** Integrates one step. Commands take effect at the first step that ends after their delay. */
  step(dt: number): void;
}

export function createGimbal(start: { yaw: number; pitch: number }, limits = defaultGimbalLimits): Gimbal {
  const { maxRate, maxAcceleration, delay, minPitch, maxPitch } = limits;
  const pending: { due: number; yawRate: number; pitchRate: number }[] = [];
  let time = 0;
  let { yaw, pitch } = start;
  let wanted = { yawRate: 0, pitchRate: 0 };
  let [yawRate, pitchRate] = [0, 0];
  return {
    attitude: () => ({ yaw, pitch, yawRate, pitchRate }),
    command(newYawRate, newPitchRate) {
      pending.push({
        due: time + delay,
        yawRate: clamp(newYawRate, -maxRate, maxRate),
        pitchRate: clamp(newPitchRate, -maxRate, maxRate),
      });
    },
    step(dt) {
      time += dt;
      // 1. commands that have come through (a nanosecond of slack for the sum of the steps)
      while (pending[0] && pending[0].due <= time - dt + 1e-9) wanted = pending.shift()!;
      // 2. rates approach the wanted ones within the acceleration limit
      const change = maxAcceleration * dt;
      const nextYawRate = yawRate + clamp(wanted.yawRate - yawRate, -change, change);
      let nextPitchRate = pitchRate + clamp(wanted.pitchRate - pitchRate, -change, change);
      // 3. angles follow (trapezoidal rule); the pitch axis halts at its stops
      yaw += ((yawRate + nextYawRate) / 2) * dt;
      const nextPitch = pitch + ((pitchRate + nextPitchRate) / 2) * dt;
      pitch = clamp(nextPitch, minPitch, maxPitch);
      if (pitch !== nextPitch) nextPitchRate = 0;
      yawRate = nextYawRate;
      pitchRate = nextPitchRate;
    },
  };
}
