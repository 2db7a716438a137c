import { maxTimestamp, type SignatureHeader } from './signature.js';

/** A NEW stream may be that far behind our clock: one minute, in 10 us (MAVLink 2, "Timestamp handling"). */
const newStreamLag = 6_000_000;
/** The latest time we let others set our own stamps to, 2090: with a stamp near the end of its 48 bits nobody could follow. */
const latestFollowed = 2.4e14;

/** What survives a restart; a stream's key is `linkId/sysid/compid`. */
export interface StoredTimestamps {
  readonly own: number;
  readonly streams: Readonly<Record<string, number>>;
}

/**
 * Which timestamps were used: no packet is taken twice, none older than the last of its stream, and we never stamp two of
 * ours alike. One for a key, whatever link a packet comes over: what was caught on one must not be replayed on another.
 */
export class Timestamps {
  readonly #now: () => number;
  readonly #streams: Map<string, number>;
  #own: number;
  #changes = 0;

  /** @param now signatureTime of the clock. */
  constructor(now: () => number, stored: StoredTimestamps = { own: 0, streams: {} }) {
    this.#now = now;
    this.#streams = new Map(Object.entries(stored.streams));
    this.#own = stored.own;
  }

  /** Grows with everything that would have to be stored anew. */
  get changes(): number {
    return this.#changes;
  }

  /** For the next packet we sign: the clock's, but always later than the last. */
  next(): number {
    this.#own = Math.min(maxTimestamp, Math.max(this.#now(), this.#own + 1));
    this.#changes += 1;
    return this.#own;
  }

  /**
   * Whether a packet with this timestamp is new, and remembers it if so. Only to be asked when the signature is GOOD: a
   * forged packet must not move anything.
   */
  accept(sysid: number, compid: number, { linkId, timestamp }: SignatureHeader): boolean {
    const key = `${linkId}/${sysid}/${compid}`;
    const last = this.#streams.get(key);
    if (last === undefined ? timestamp < this.#now() - newStreamLag : timestamp <= last) return false;
    this.#streams.set(key, timestamp);
    // a machine without a clock learns the time from those it trusts, or they would not take its packets
    if (timestamp > this.#own && timestamp < latestFollowed) this.#own = timestamp;
    this.#changes += 1;
    return true;
  }

  toStored(): StoredTimestamps {
    return { own: this.#own, streams: Object.fromEntries(this.#streams) };
  }
}
