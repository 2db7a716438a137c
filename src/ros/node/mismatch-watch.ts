import type { Log } from '../../core/ports/log.js';
import type { QosMismatch } from '../backend.js';

/** A topic's side that is ours. */
export interface Watched {
  /** The whole name. */
  readonly topic: string;
  /** What others are, seen from us. */
  readonly others: 'reader' | 'publisher';
  /** Of ours, in words: `best effort (ros.boxes.reliability)`. */
  readonly ours: string;
  readonly mismatch: () => QosMismatch;
}

/** Tells of everybody who asks for, or offers, another quality of service, and therefore gets nothing or is not heard. */
export class MismatchWatch {
  readonly #watched: readonly Watched[];
  readonly #log: Log;
  readonly #told = new Map<string, number>();

  constructor(watched: readonly Watched[], log: Log) {
    this.#watched = watched;
    this.#log = log;
  }

  /** Those found so far. */
  get found(): readonly (QosMismatch & { readonly topic: string })[] {
    return this.#watched
      .map(({ topic, mismatch }) => ({ topic, ...mismatch() }))
      .filter(({ count }) => count > 0);
  }

  look(): void {
    for (const { topic, others, ours, mismatch } of this.#watched) {
      const { count, policy } = mismatch();
      const told = this.#told.get(topic) ?? 0;
      if (count <= told) continue;
      this.#told.set(topic, count);
      const consequence = others === 'reader' ? 'gets nothing' : 'is not heard';
      this.#log.warn(
        { topic, count, policy },
        `${topic}: a ${others} wants another quality of service (${policy ?? 'unknown policy'}) and ${consequence}; ours is ${ours}`,
      );
    }
  }
}
