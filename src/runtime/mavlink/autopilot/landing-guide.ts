import type { Track } from '../../../core/tracking/track.js';
import type { MavlinkBus } from '../bus.js';
import type { MavlinkOptions } from '../options.js';
import type { CameraView } from './camera-view.js';
import { landingTarget } from './landing-target.js';

/** Tells the autopilot where the landing target is, as long as it is seen. */
export class LandingGuide {
  readonly #bus: MavlinkBus;
  readonly #intervalNs: bigint;
  readonly #widthMetres: number | null;
  readonly #view: CameraView;
  #dueNs = 0n;

  constructor(
    bus: MavlinkBus,
    { ratePerSecond, targetWidthMetres }: NonNullable<MavlinkOptions['landingTarget']>,
    view: CameraView,
  ) {
    this.#bus = bus;
    this.#intervalNs = BigInt(Math.round(1e9 / ratePerSecond));
    this.#widthMetres = targetWidthMetres ?? null;
    this.#view = view;
  }

  publish(track: Track): void {
    const now = this.#bus.now();
    if (now < this.#dueNs) return;
    const told = landingTarget(track, this.#view, this.#widthMetres);
    if (!told) return;
    // kept on the average: frames seldom come just when one is due
    const next = this.#dueNs + this.#intervalNs;
    this.#dueNs = next > now ? next : now + this.#intervalNs / 2n;
    this.#bus.send(told);
  }
}
