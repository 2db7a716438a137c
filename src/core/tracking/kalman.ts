import type { Point } from '../geometry/box.js';

export interface KalmanOptions {
  /** Standard deviation of the acceleration, in target sizes per frame². */
  readonly accelerationSigma?: number;
  /** Standard deviation of a confident measurement, in target sizes. */
  readonly measurementSigma?: number;
}

/**
 * Constant-velocity Kalman filter of the box centre, in image pixels and frames, one independent filter per axis
 * (Welch & Bishop, "An Introduction to the Kalman Filter", eq. 1.9-1.13). Noise scales with the target's size, so
 * that a near target may move faster in pixels than a far one.
 */
export class CentreKalman {
  readonly #accelerationSigma: number;
  readonly #measurementSigma: number;
  #x: AxisState;
  #y: AxisState;

  constructor(
    centre: Point,
    sizeInImage: number,
    { accelerationSigma = 0.05, measurementSigma = 0.05 }: KalmanOptions = {},
  ) {
    this.#accelerationSigma = accelerationSigma;
    this.#measurementSigma = measurementSigma;
    const variance = (measurementSigma * sizeInImage) ** 2;
    this.#x = { position: centre.x, velocity: 0, pp: variance, pv: 0, vv: 4 * variance };
    this.#y = { position: centre.y, velocity: 0, pp: variance, pv: 0, vv: 4 * variance };
  }

  get centre(): Point {
    return { x: this.#x.position, y: this.#y.position };
  }

  /** Pixels per frame. */
  get velocity(): Point {
    return { x: this.#x.velocity, y: this.#y.velocity };
  }

  /** Standard deviation of the position, pixels (of the worse axis). */
  get sigma(): number {
    return Math.sqrt(Math.max(this.#x.pp, this.#y.pp));
  }

  /** Moves the state `frames` ahead. */
  predict(sizeInImage: number, frames = 1): void {
    const acceleration = (this.#accelerationSigma * sizeInImage) ** 2;
    this.#x = predictAxis(this.#x, acceleration, frames);
    this.#y = predictAxis(this.#y, acceleration, frames);
  }

  /** Moves the position alone: the camera moved, the target did not. */
  shift({ x, y }: Point): void {
    this.#x = { ...this.#x, position: this.#x.position + x };
    this.#y = { ...this.#y, position: this.#y.position + y };
  }

  /** Takes a measured centre in; `confidence` 0..1 widens the measurement's noise as it falls. */
  correct(measured: Point, sizeInImage: number, confidence: number): void {
    const sigma = (this.#measurementSigma * sizeInImage) / Math.max(confidence, 0.05);
    this.#x = correctAxis(this.#x, measured.x, sigma * sigma);
    this.#y = correctAxis(this.#y, measured.y, sigma * sigma);
  }
}

/** Position, velocity and their covariance on one axis. */
interface AxisState {
  readonly position: number;
  readonly velocity: number;
  readonly pp: number;
  readonly pv: number;
  readonly vv: number;
}

function predictAxis(
  { position, velocity, pp, pv, vv }: AxisState,
  acceleration: number,
  dt: number,
): AxisState {
  return {
    position: position + velocity * dt,
    velocity,
    pp: pp + 2 * dt * pv + dt * dt * vv + (acceleration * dt ** 4) / 4,
    pv: pv + dt * vv + (acceleration * dt ** 3) / 2,
    vv: vv + acceleration * dt * dt,
  };
}

function correctAxis(
  { position, velocity, pp, pv, vv }: AxisState,
  measured: number,
  variance: number,
): AxisState {
  const innovation = measured - position;
  const gainPosition = pp / (pp + variance);
  const gainVelocity = pv / (pp + variance);
  return {
    position: position + gainPosition * innovation,
    velocity: velocity + gainVelocity * innovation,
    pp: (1 - gainPosition) * pp,
    pv: (1 - gainPosition) * pv,
    vv: vv - gainVelocity * pv,
  };
}
