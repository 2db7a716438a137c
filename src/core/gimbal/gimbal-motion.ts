import { fromEuler, identity, slerp, toEuler, type Quaternion } from './quaternion.js';

/** rad/s: yaw turns right, pitch turns up. About the gimbal's own axes, the outer (yaw) one upright. */
export interface GimbalRates {
  readonly yaw: number;
  readonly pitch: number;
}

export const noRates: GimbalRates = { yaw: 0, pitch: 0 };

/** What yaw counts from. */
export type YawFrame = 'vehicle' | 'earth';

/** What a gimbal says of itself. */
export interface AttitudeReport {
  /** Seconds of CLOCK_MONOTONIC for which it holds. */
  readonly timeS: number;
  /** Camera body to base. */
  readonly orientation: Quaternion;
  readonly yawFrame: YawFrame;
  /** Null where the gimbal does not tell. */
  readonly rates: GimbalRates | null;
  /** Yaw of the vehicle in the earth frame, radians; null when unknown. */
  readonly heading: number | null;
}

export interface GimbalMotionOptions {
  /** Seconds from a command's sending to the motor's turning. */
  readonly delayS: number;
  /** Seconds of the past that are kept. */
  readonly keptS?: number;
}

interface Command extends GimbalRates {
  /** When it begins to move the gimbal. */
  readonly fromS: number;
}

/**
 * Where the gimbal looked and will look: between two reports by interpolation, after the last one by the commands that were
 * sent (O. J. Smith's predictor: the delay is taken out of the loop). Without any report it counts on commands alone.
 */
export class GimbalMotion {
  readonly #delayS: number;
  readonly #keptS: number;
  #reports: AttitudeReport[] = [];
  #commands: Command[] = [];
  /** From where commands are counted while there is no report. */
  #reckoned: { readonly timeS: number; readonly orientation: Quaternion } | null = null;

  constructor({ delayS, keptS = 2 }: GimbalMotionOptions) {
    this.#delayS = delayS;
    this.#keptS = keptS;
  }

  get newest(): AttitudeReport | null {
    return this.#reports.at(-1) ?? null;
  }

  /** A report that is not later than the last one is left out; another yaw frame begins the history anew. */
  report(report: AttitudeReport): void {
    const last = this.newest;
    if (last && report.timeS <= last.timeS) return;
    if (last && report.yawFrame !== last.yawFrame) this.#reports = [];
    this.#reports.push(report);
    this.#reckoned = null;
    const oldest = report.timeS - this.#keptS;
    const first = this.#reports.findIndex(({ timeS }) => timeS >= oldest);
    if (first > 0) this.#reports.splice(0, first);
    this.#dropCommands(oldest);
  }

  /** Rates that were sent at `timeS`; they hold until the next. */
  command(timeS: number, { yaw, pitch }: GimbalRates): void {
    this.#commands.push({ fromS: timeS + this.#delayS, yaw, pitch });
    if (this.newest) return;
    this.#reckoned ??= { timeS, orientation: identity };
    if (timeS - this.#reckoned.timeS < 2 * this.#keptS) return;
    const at = timeS - this.#keptS;
    this.#reckoned = { timeS: at, orientation: this.#advance(this.#reckoned, at) };
    this.#dropCommands(at);
  }

  /** Camera body to base at `timeS`. */
  orientationAt(timeS: number): Quaternion {
    const reports = this.#reports;
    const last = reports.at(-1);
    if (!last) return this.#reckoned ? this.#advance(this.#reckoned, timeS) : identity;
    if (timeS >= last.timeS) return this.#advance(last, timeS);
    let i = reports.length - 2;
    while (i >= 0 && reports[i]!.timeS > timeS) i--;
    if (i < 0) return reports[0]!.orientation;
    const [before, after] = [reports[i]!, reports[i + 1]!];
    const share = (timeS - before.timeS) / (after.timeS - before.timeS);
    return slerp(before.orientation, after.orientation, share);
  }

  /** Rates the gimbal last said, or was last told to run at. */
  ratesAt(timeS: number): GimbalRates {
    const told = this.newest?.rates;
    if (told) return told;
    return this.#commands.findLast(({ fromS }) => fromS <= timeS) ?? noRates;
  }

  /** Turns on from a known orientation by the commands in force between then and `timeS`. */
  #advance(known: { readonly timeS: number; readonly orientation: Quaternion }, timeS: number): Quaternion {
    let [yaw, pitch] = [0, 0];
    this.#commands.forEach((command, i) => {
      const start = Math.max(known.timeS, command.fromS);
      const end = Math.min(timeS, this.#commands[i + 1]?.fromS ?? timeS);
      if (end <= start) return;
      yaw += command.yaw * (end - start);
      pitch += command.pitch * (end - start);
    });
    if (yaw === 0 && pitch === 0) return known.orientation;
    const euler = toEuler(known.orientation);
    return fromEuler({ yaw: euler.yaw + yaw, pitch: euler.pitch + pitch, roll: euler.roll });
  }

  /** Drops what was over before `timeS`; the command in force then stays. */
  #dropCommands(timeS: number): void {
    const kept = this.#commands.findLastIndex(({ fromS }) => fromS <= timeS);
    if (kept > 0) this.#commands.splice(0, kept);
  }
}
