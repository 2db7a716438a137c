import { type Performance, PerformanceMeter } from './baseline.js';
import type { ServiceSample } from './service-sample.js';

export interface WatchOptions {
  /** Folder the service is to run its model from. */
  readonly folder: string;
  /** How the model before did. */
  readonly before: Performance;
  /** Time at work that makes a model good. */
  readonly watchMs: number;
  /** Seen at work already. */
  readonly observedMs?: number;
  /** The service must run the new model, and come back when it is away, within this time. */
  readonly graceMs?: number;
  /** Deaths of the tracker, or starts of the service, that are too many. */
  readonly mostFalls?: number;
  /** Mean time of an update that is too long. */
  readonly updateBudgetMs: number;
  /** Slower than the model before by this factor is too slow, beyond half of the budget. */
  readonly slowdown?: number;
  /** Confidence below this share of the model before is too little. */
  readonly confidenceShare?: number;
}

export type Verdict =
  | { readonly kind: 'watching'; readonly observedMs: number; readonly note: string }
  | { readonly kind: 'good' }
  | { readonly kind: 'bad'; readonly reason: string };

/**
 * Judges a model that has just been activated by how the service does with it. Only time counts in which the service was seen at work
 * with it: a device whose service does not run keeps its model on trial.
 */
export class ModelWatch {
  readonly #options: Required<WatchOptions>;
  readonly #meter = new PerformanceMeter();
  #observedMs: number;
  #lastAtMs: number | null = null;
  #last: ServiceSample | null = null;
  #awaySinceMs: number | null = null;
  #strangeSinceMs: number | null = null;
  #falls = 0;

  constructor(options: WatchOptions) {
    this.#options = {
      observedMs: 0,
      graceMs: 120_000,
      mostFalls: 2,
      slowdown: 2,
      confidenceShare: 0.6,
      ...options,
    };
    this.#observedMs = this.#options.observedMs;
  }

  /** @param atMs of a clock that only goes forward */
  take(sample: ServiceSample | null, atMs: number): Verdict {
    const sinceLastMs = this.#lastAtMs === null ? 0 : atMs - this.#lastAtMs;
    this.#lastAtMs = atMs;
    if (!sample) return this.#away(atMs);
    this.#awaySinceMs = null;
    const { folder, graceMs, mostFalls } = this.#options;
    if (sample.folder !== null && sample.folder !== folder) {
      this.#strangeSinceMs ??= atMs;
      if (atMs - this.#strangeSinceMs > graceMs) {
        return bad(`the service did not take it over, and runs the model of slot ${sample.folder}`);
      }
      return this.#watching('the service has not taken the model over yet');
    }
    this.#strangeSinceMs = null;
    this.#countFalls(sample);
    if (this.#falls >= mostFalls) return bad(`the tracker or the service went down ${this.#falls} times`);
    this.#meter.take(sample);
    const worse = this.#worse();
    if (worse !== null) return bad(worse);
    if (!sample.healthy) return this.#watching('the service cannot follow a target now');
    this.#observedMs += sinceLastMs;
    return this.#observedMs >= this.#options.watchMs ? { kind: 'good' } : this.#watching('');
  }

  #away(atMs: number): Verdict {
    if (!this.#last) return this.#watching('the service does not answer: it is not watched');
    this.#awaySinceMs ??= atMs;
    if (atMs - this.#awaySinceMs <= this.#options.graceMs) return this.#watching('the service went away');
    return bad(`the service went away, and did not come back in ${this.#options.graceMs / 1000} s`);
  }

  #countFalls(sample: ServiceSample): void {
    const last = this.#last;
    this.#last = sample;
    if (!last) return;
    if (sample.tracks < last.tracks) this.#falls += 1;
    else this.#falls += Math.max(0, sample.trackerRestarts - last.trackerRestarts);
  }

  #worse(): string | null {
    const { before, updateBudgetMs, slowdown, confidenceShare } = this.#options;
    const { updateMs, confidence } = this.#meter.read();
    const limitMs = Math.min(
      updateBudgetMs,
      before.updateMs === null ? updateBudgetMs : Math.max(slowdown * before.updateMs, updateBudgetMs / 2),
    );
    if (updateMs !== null && updateMs > limitMs) {
      return `an update takes ${updateMs.toFixed(1)} ms, more than ${limitMs.toFixed(1)}`;
    }
    if (confidence !== null && before.confidence !== null) {
      const least = confidenceShare * before.confidence;
      if (confidence < least) {
        return `its confidence is ${confidence.toFixed(2)} on average, less than ${least.toFixed(2)}`;
      }
    }
    return null;
  }

  #watching(note: string): Verdict {
    return { kind: 'watching', observedMs: this.#observedMs, note };
  }
}

function bad(reason: string): Verdict {
  return { kind: 'bad', reason };
}
