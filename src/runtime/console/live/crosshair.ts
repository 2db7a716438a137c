import { crosshairSpan, type CrosshairPoint } from '../../../core/console/server-messages.js';
import type { Track } from '../../../core/tracking/track.js';

/** Tracks that come faster are left out, seconds. */
const finest = 0.035;

/** How far the target has been off the middle of the picture. */
export class Crosshair {
  readonly #clock: () => bigint;
  readonly #points: CrosshairPoint[] = [];
  #taken = Number.NEGATIVE_INFINITY;

  /** @param clock ns of CLOCK_MONOTONIC. */
  constructor(clock: () => bigint = () => process.hrtime.bigint()) {
    this.#clock = clock;
  }

  /** Oldest first. */
  get points(): readonly CrosshairPoint[] {
    return this.#points;
  }

  /** For the sink. */
  see({ state, box, frame: { width, height } }: Track): void {
    const at = Number(this.#clock()) / 1e9;
    const last = this.#points.at(-1);
    if (last && at - last.at < finest) return;
    const off = box && { x: (box.cx - width / 2) / width, y: (box.cy - height / 2) / width };
    this.#points.push({
      at: round(at, 3),
      off: off && { x: round(off.x, 4), y: round(off.y, 4) },
      seen: state === 'tracking',
    });
    while (at - this.#points[0]!.at > crosshairSpan) this.#points.shift();
  }

  /** Those that have come since it was last called. */
  take(): CrosshairPoint[] {
    const fresh = this.#points.filter(({ at }) => at > this.#taken);
    this.#taken = fresh.at(-1)?.at ?? this.#taken;
    return fresh;
  }
}

/** Digits that nobody sees need not travel. */
function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
