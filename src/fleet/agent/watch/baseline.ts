import type { ServiceSample } from './service-sample.js';

/** How the service did: null where there is too little to say. */
export interface Performance {
  /** Mean time of an update. */
  readonly updateMs: number | null;
  /** Mean confidence while it had a target. */
  readonly confidence: number | null;
}

/** Fewer say nothing. */
const [fewestUpdates, fewestConfidences] = [100, 10];

/** Gathers how the service does from samples of it, since a first one. */
export class PerformanceMeter {
  #last: ServiceSample | null = null;
  #updates = 0;
  #seconds = 0;
  #confidences = 0;
  #confidenceSum = 0;

  take(sample: ServiceSample): void {
    const last = this.#last;
    // counters begin anew with every start of the service
    if (last && sample.updates.count >= last.updates.count && sample.tracks >= last.tracks) {
      this.#updates += sample.updates.count - last.updates.count;
      this.#seconds += sample.updates.seconds - last.updates.seconds;
    }
    this.#last = sample;
    if (sample.confidence === null) return;
    this.#confidences += 1;
    this.#confidenceSum += sample.confidence;
  }

  read(): Performance {
    return {
      updateMs: this.#updates < fewestUpdates ? null : (this.#seconds / this.#updates) * 1000,
      confidence: this.#confidences < fewestConfidences ? null : this.#confidenceSum / this.#confidences,
    };
  }
}
