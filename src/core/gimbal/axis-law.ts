import { clamp } from '../geometry/box.js';

/** Radians and seconds. */
export interface AxisLawOptions {
  /** 1/s. */
  readonly proportional: number;
  /** 1/s². */
  readonly integral: number;
  /** Share of the error's own rate of change that is taken off at once. */
  readonly derivative: number;
  /** Share of the target's rate that is run along. */
  readonly feedForward: number;
  /** Errors below it are left alone. */
  readonly deadBand: number;
  readonly maxRate: number;
  readonly maxAcceleration: number;
}

/** Beyond it the error is on its way in and integrating it would only overshoot. */
const integralZone = 0.05;

/** Rate of one gimbal axis from its error: PID with feed-forward, anti-windup, and limits of rate and acceleration. */
export class AxisLaw {
  readonly #options: AxisLawOptions;
  #integral = 0;
  #rate = 0;

  constructor(options: AxisLawOptions) {
    this.#options = options;
  }

  /** What was demanded last, rad/s. */
  get rate(): number {
    return this.#rate;
  }

  /** Takes over a gimbal that runs at this rate, without a jerk. */
  takeOver(rate: number): void {
    this.#rate = clamp(rate, -this.#options.maxRate, this.#options.maxRate);
    this.#integral = 0;
  }

  /**
   * One step.
   * @param error radians to go; @param targetRate of the target, rad/s; @param gain 0..1 on everything
   */
  step(error: number, targetRate: number, gain: number, dt: number): number {
    const { proportional, integral, derivative, feedForward, deadBand, maxRate } = this.#options;
    // 1. dead band, without a step at its edge
    const live = Math.sign(error) * Math.max(0, Math.abs(error) - deadBand);
    // 2. proportional, with what can be braked in time; the target's own rate on top
    const wanted =
      feedForward * targetRate +
      this.#brakable(live, proportional) +
      this.#integral +
      derivative * (targetRate - this.#rate);
    const rate = this.slew(clamp(gain * wanted, -maxRate, maxRate), dt);
    // 3. anti-windup: integrate near the aim only, and not further into a limit
    const held = Math.abs(rate - gain * wanted) > 1e-9 && Math.sign(error) === Math.sign(wanted - rate);
    if (!held && Math.abs(error) < integralZone) {
      this.#integral = clamp(this.#integral + integral * live * gain * dt, -maxRate / 4, maxRate / 4);
    }
    return rate;
  }

  /** Approaches a rate within the acceleration limit. */
  slew(rate: number, dt: number): number {
    const change = this.#options.maxAcceleration * dt;
    this.#rate += clamp(rate - this.#rate, -change, change);
    return this.#rate;
  }

  /** proportional * error, but no faster than half the acceleration limit can stop in the way that is left. */
  #brakable(error: number, proportional: number): number {
    const fastest = Math.sqrt(this.#options.maxAcceleration * Math.abs(error));
    return Math.sign(error) * Math.min(proportional * Math.abs(error), fastest);
  }
}
