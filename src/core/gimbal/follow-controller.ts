import { AxisLaw } from './axis-law.js';
import { DirectionFilter } from './direction-filter.js';
import { GimbalMotion, noRates, type AttitudeReport, type GimbalRates } from './gimbal-motion.js';
import { lineOfSightError, type LineOfSightError } from './line-of-sight.js';
import { presetError } from './preset.js';
import type { FollowOptions } from './follow-options.js';
import { rotate } from './quaternion.js';
import type { Sighting } from './sighting.js';

/**
 * - `idle`: no target.
 * - `following`: the target is seen.
 * - `coasting`: not seen; goes on along the prediction, ever less.
 * - `holding`: lost; stands still.
 * - `returning`: on the way to the preset.
 * - `stale`: no fresh track came; stands still (the dead-man).
 * - `manual`: an operator has the gimbal; nothing is demanded.
 */
export type FollowMode = 'idle' | 'following' | 'coasting' | 'holding' | 'returning' | 'stale' | 'manual';

/** What the gimbal is to do now. */
export interface Demand {
  readonly mode: FollowMode;
  readonly rates: GimbalRates;
  /** How far the target will be off the image's middle when the demand takes effect, radians; null without a prediction. */
  readonly error: LineOfSightError | null;
}

const degree = Math.PI / 180;

/** A pause between two steps longer than this counts as so long: rates must not jump after it. Seconds. */
const longestStep = 0.1;

/**
 * From tracks and attitude reports to the rates of a two-axis gimbal. Pure: time comes in as seconds of CLOCK_MONOTONIC.
 *
 * A box shows where the target was when its picture was taken. So its direction is turned into the base frame with the
 * attitude of that moment and filtered there; the demand is made for the moment at which it will move the motor.
 */
export class FollowController {
  readonly #options: FollowOptions;
  readonly #motion: GimbalMotion;
  readonly #yaw: AxisLaw;
  readonly #pitch: AxisLaw;
  #filter: DirectionFilter | null = null;
  #sighting: Sighting | null = null;
  /** When the target was last seen, and when it was lost. */
  #seenS = 0;
  #lostS: number | null = null;
  #steppedS: number | null = null;
  #mode: FollowMode = 'idle';
  #manual = false;
  #yawFrame: AttitudeReport['yawFrame'] | null = null;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#motion = new GimbalMotion({ delayS: options.actuationDelayMs / 1e3 });
    const law = {
      ...{ proportional: options.proportional, integral: options.integral },
      ...{ derivative: options.derivative, feedForward: options.feedForward },
      deadBand: options.deadBand * degree,
      maxRate: options.maxRate * degree,
      maxAcceleration: options.maxAcceleration * degree,
    };
    this.#yaw = new AxisLaw(law);
    this.#pitch = new AxisLaw(law);
  }

  get mode(): FollowMode {
    return this.#mode;
  }

  get manual(): boolean {
    return this.#manual;
  }

  /** Hands the gimbal to an operator, or back: what follows then begins from the rate the gimbal runs at. */
  setManual(manual: boolean): void {
    this.#manual = manual;
  }

  /** Takes in what the gimbal says of itself. */
  attitude(report: AttitudeReport): void {
    // directions in another base frame mean nothing any more
    if (this.#yawFrame !== null && this.#yawFrame !== report.yawFrame) this.#filter = null;
    this.#yawFrame = report.yawFrame;
    this.#motion.report(report);
  }

  /** Takes in what the tracker says; a sighting that is not later than the last is left out. */
  see(sighting: Sighting): void {
    const last = this.#sighting;
    if (last && sighting.timeS <= last.timeS) return;
    if (sighting.target !== last?.target) this.#filter = null;
    this.#sighting = sighting;
    const { state, direction, timeS, sigma } = sighting;
    if (state !== 'lost') this.#lostS = null;
    else this.#lostS ??= timeS;
    if (state === 'idle') this.#filter = null;
    if (state !== 'tracking' || !direction) return;
    this.#seenS = timeS;
    const seen = rotate(this.#motion.orientationAt(timeS), direction);
    const acceleration = this.#options.targetAcceleration * degree;
    if (this.#filter) this.#filter.correct(timeS, seen, sigma);
    else this.#filter = new DirectionFilter({ acceleration }, timeS, seen, sigma);
  }

  /** What to demand at `nowS`; it is taken to be sent. */
  step(nowS: number): Demand {
    const dt = this.#steppedS === null ? 0 : Math.min(longestStep, Math.max(0, nowS - this.#steppedS));
    this.#steppedS = nowS;
    const before = this.#mode;
    this.#mode = this.#decide(nowS);
    if (moves(this.#mode) && !moves(before)) this.#takeOver(nowS);
    const demand = this.#demand(nowS, dt);
    this.#motion.command(nowS, demand.rates);
    return demand;
  }

  #decide(nowS: number): FollowMode {
    const { staleMs, preset } = this.#options;
    const sighting = this.#sighting;
    if (this.#manual) return 'manual';
    if (!sighting || sighting.state === 'idle') return 'idle';
    // a time in the future is no time of this clock either
    if (Math.abs(nowS - sighting.timeS) > staleMs / 1e3) return 'stale';
    if (sighting.state === 'tracking') return 'following';
    if (sighting.state === 'coasting') return this.#filter ? 'coasting' : 'holding';
    const lostFor = nowS - (this.#lostS ?? nowS);
    return preset && this.#motion.newest && lostFor >= preset.afterSeconds ? 'returning' : 'holding';
  }

  #demand(nowS: number, dt: number): Demand {
    switch (this.#mode) {
      case 'following':
        return this.#follow(nowS, dt, 1);
      case 'coasting':
        return this.#follow(nowS, dt, Math.exp(-this.#unseenFor(nowS) / this.#options.coastDecaySeconds));
      case 'returning':
        return this.#return(nowS, dt);
      case 'holding':
        return this.#run({ yaw: this.#yaw.slew(0, dt), pitch: this.#pitch.slew(0, dt) }, null);
      case 'idle':
      case 'stale':
      case 'manual':
        this.#yaw.takeOver(0);
        this.#pitch.takeOver(0);
        return this.#run(noRates, null);
    }
  }

  /** The law, for the moment at which the demand will turn the motor. */
  #follow(nowS: number, dt: number, gain: number): Demand {
    const { actuationDelayMs, coastDecaySeconds } = this.#options;
    const thenS = nowS + actuationDelayMs / 1e3;
    // a coasting target slows down with the gain: its way is the integral of its decaying rate
    const aimS = gain < 1 ? this.#seenS + coastDecaySeconds * (1 - gain) + actuationDelayMs / 1e3 : thenS;
    const { direction, rate } = this.#filter!.at(aimS);
    const error = lineOfSightError(this.#motion.orientationAt(thenS), direction, rate);
    const rates = {
      yaw: this.#yaw.step(error.yaw, error.yawRate, gain, dt),
      pitch: this.#pitch.step(error.pitch, error.pitchRate, gain, dt),
    };
    return this.#run(rates, error);
  }

  #unseenFor(nowS: number): number {
    return Math.max(0, nowS - this.#seenS);
  }

  #return(nowS: number, dt: number): Demand {
    const preset = this.#options.preset!;
    const orientation = this.#motion.orientationAt(nowS + this.#options.actuationDelayMs / 1e3);
    const wanted = presetError(preset, orientation, this.#motion.newest!);
    return this.#run(
      { yaw: this.#yaw.slew(wanted.yaw, dt), pitch: this.#pitch.slew(wanted.pitch, dt) },
      null,
    );
  }

  #run(rates: GimbalRates, error: LineOfSightError | null): Demand {
    return { mode: this.#mode, rates, error };
  }

  #takeOver(nowS: number): void {
    const { yaw, pitch } = this.#motion.ratesAt(nowS);
    this.#yaw.takeOver(yaw);
    this.#pitch.takeOver(pitch);
  }
}

function moves(mode: FollowMode): boolean {
  return mode === 'following' || mode === 'coasting' || mode === 'returning';
}
