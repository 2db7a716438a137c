export interface ClockOffsetOptions {
  /** What two clocks may drift apart, s/s. */
  readonly drift?: number;
  /** A jump of the other clock by more than this, seconds, begins anew: it was started again. */
  readonly jump?: number;
  /** Period after which the other clock's count wraps, seconds. */
  readonly wrap?: number;
}

/**
 * The time of another machine's clock in ours, from messages that carry its time: whatever arrived with the least delay so
 * far says how far apart the clocks are; it is let go slowly, as clocks drift (the minimum filter of NTP, RFC 5905).
 */
export class ClockOffset {
  readonly #drift: number;
  readonly #jump: number;
  readonly #wrap: number;
  #offset: number | null = null;
  #lastArrival = 0;

  constructor({ drift = 2e-4, jump = 1, wrap = 2 ** 32 / 1e3 }: ClockOffsetOptions = {}) {
    this.#drift = drift;
    this.#jump = jump;
    this.#wrap = wrap;
  }

  /** Our time (seconds) of a message stamped `theirs` that arrived at `arrival`; never later than its arrival. */
  toOurs(theirs: number, arrival: number): number {
    let apart = arrival - theirs;
    if (this.#offset !== null) apart -= this.#wrap * Math.round((apart - this.#offset) / this.#wrap);
    const slack = this.#drift * Math.max(0, arrival - this.#lastArrival);
    this.#lastArrival = arrival;
    const known = this.#offset === null ? apart : this.#offset + slack;
    this.#offset = Math.abs(apart - known) > this.#jump ? apart : Math.min(known, apart);
    return arrival - (apart - this.#offset);
  }
}
