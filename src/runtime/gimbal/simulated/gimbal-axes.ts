import { clamp } from '../../../core/geometry/box.js';
import type { GimbalRates } from '../../../core/gimbal/gimbal-motion.js';
import { wrapAngle } from '../../../core/gimbal/quaternion.js';
import {
  createGimbal,
  type GimbalAttitude,
  type GimbalLimits,
} from '../../../core/simulation/motion/gimbal.js';

/** Seconds of one step of the motion. */
const stepS = 1e-3;
/** Rate per angle when it is sent to an angle, 1/s. */
const angleGain = 6;

/** Two axes that move by the clock: told rates, or angles to go to. */
export class GimbalAxes {
  readonly #gimbal: ReturnType<typeof createGimbal>;
  readonly #limits: GimbalLimits;
  #timeS: number;
  #goal: { readonly yaw: number; readonly pitch: number } | null = null;

  constructor(startS: number, limits: GimbalLimits, start: { readonly yaw: number; readonly pitch: number }) {
    this.#timeS = startS;
    this.#limits = limits;
    this.#gimbal = createGimbal(start, limits);
  }

  /** What was true until `nowS` happens first. */
  run(nowS: number, { yaw, pitch }: GimbalRates): void {
    this.attitudeAt(nowS);
    this.#goal = null;
    this.#gimbal.command(yaw, pitch);
  }

  /** Radians. */
  goTo(nowS: number, goal: { readonly yaw: number; readonly pitch: number }): void {
    this.attitudeAt(nowS);
    this.#goal = goal;
  }

  attitudeAt(nowS: number): GimbalAttitude {
    while (this.#timeS + stepS <= nowS) {
      if (this.#goal) this.#steer(this.#goal);
      this.#gimbal.step(stepS);
      this.#timeS += stepS;
    }
    return this.#gimbal.attitude();
  }

  #steer(goal: { readonly yaw: number; readonly pitch: number }): void {
    const { yaw, pitch } = this.#gimbal.attitude();
    const { maxRate } = this.#limits;
    const rate = (error: number): number => clamp(angleGain * error, -maxRate, maxRate);
    this.#gimbal.command(rate(wrapAngle(goal.yaw - yaw)), rate(goal.pitch - pitch));
  }
}
