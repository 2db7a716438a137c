import { addScaled, dot3, length3, scaled, unit3, zeroVector, type Vector3 } from './vector.js';

export interface DirectionFilterOptions {
  /** How hard the line of sight may turn: standard deviation of its angular acceleration, rad/s². */
  readonly acceleration: number;
  /** A sighting this far off the prediction, in its standard deviations, and by at least `jump` radians, begins anew there. */
  readonly gate?: number;
  readonly jump?: number;
}

/**
 * Direction to the target and how fast it turns, in the gimbal's base frame: a constant-velocity Kalman filter (Welch & Bishop,
 * "An Introduction to the Kalman Filter", eq. 1.9-1.13) on the unit sphere. State and innovation are tangent vectors, so that
 * nothing is singular straight down; the covariance is the same in both tangent directions, hence three scalars.
 */
export class DirectionFilter {
  readonly #options: Required<DirectionFilterOptions>;
  #timeS: number;
  #direction: Vector3;
  /** Tangent, rad/s. */
  #rate: Vector3 = zeroVector;
  #pp: number;
  #pv = 0;
  #vv: number;

  /** @param sigma standard deviation of the sighting, radians */
  constructor(
    { acceleration, gate = 6, jump = 0.03 }: DirectionFilterOptions,
    timeS: number,
    direction: Vector3,
    sigma: number,
  ) {
    this.#options = { acceleration, gate, jump };
    this.#timeS = timeS;
    this.#direction = unit3(direction);
    this.#pp = sigma * sigma;
    this.#vv = initialRateSigma * initialRateSigma;
  }

  get timeS(): number {
    return this.#timeS;
  }

  /** Takes a sighting in; one that is not later than the last is left out. */
  correct(timeS: number, seen: Vector3, sigma: number): void {
    const dt = timeS - this.#timeS;
    if (!(dt > 0)) return;
    // 1. predict
    const { acceleration, gate, jump } = this.#options;
    ({ direction: this.#direction, rate: this.#rate } = this.at(timeS));
    this.#timeS = timeS;
    const variance = acceleration * acceleration;
    this.#pp += 2 * dt * this.#pv + dt * dt * this.#vv + (variance * dt ** 4) / 4;
    this.#pv += dt * this.#vv + (variance * dt ** 3) / 2;
    this.#vv += variance * dt * dt;
    // 2. innovation on the tangent plane
    const innovation = tangentTo(this.#direction, unit3(seen));
    const noise = sigma * sigma;
    const spread = Math.sqrt(this.#pp + noise);
    if (length3(innovation) > Math.max(jump, gate * spread)) {
      // another target, or the same one found elsewhere: no rate can be read from a jump
      this.#direction = unit3(seen);
      this.#pp = noise;
      this.#pv = 0;
      return;
    }
    // 3. correct
    const gainP = this.#pp / (this.#pp + noise);
    const gainV = this.#pv / (this.#pp + noise);
    const moved = turn(this.#direction, scaled(innovation, gainP));
    this.#rate = tangentPart(moved, addScaled(this.#rate, innovation, gainV));
    this.#direction = moved;
    this.#vv -= gainV * this.#pv;
    this.#pp *= 1 - gainP;
    this.#pv *= 1 - gainP;
  }

  /** Predicted direction (unit) and its rate (tangent, rad/s) at `timeS`. */
  at(timeS: number): { readonly direction: Vector3; readonly rate: Vector3 } {
    const direction = turn(this.#direction, scaled(this.#rate, timeS - this.#timeS));
    const rate = tangentPart(direction, this.#rate);
    const [before, after] = [length3(this.#rate), length3(rate)];
    return { direction, rate: after > 0 ? scaled(rate, before / after) : zeroVector };
  }
}

/** What a new target's rate may be, rad/s: the first sightings settle it. */
const initialRateSigma = 0.3;

/** The tangent vector at `from` that leads to `to` along the great circle (logarithm map). */
function tangentTo(from: Vector3, to: Vector3): Vector3 {
  const cosine = Math.min(1, Math.max(-1, dot3(from, to)));
  const across = addScaled(to, from, -cosine);
  const sine = length3(across);
  return sine < 1e-12 ? zeroVector : scaled(across, Math.atan2(sine, cosine) / sine);
}

/** Goes from `from` along the tangent vector (exponential map). */
function turn(from: Vector3, tangent: Vector3): Vector3 {
  const angle = length3(tangent);
  if (angle < 1e-12) return from;
  return unit3(addScaled(scaled(from, Math.cos(angle)), tangent, Math.sin(angle) / angle));
}

function tangentPart(normal: Vector3, v: Vector3): Vector3 {
  return addScaled(v, normal, -dot3(v, normal));
}
