import { iou, type Box } from '../../core/geometry/box.js';
import { type Sink } from '../../core/ports/sink.js';
import { type Track } from '../../core/tracking/track.js';

/** Where the target really is, for the sources that know: the simulation. */
export interface KnownTruth {
  /** Null: not in view. */
  truthOf(sequence: number): Box | null;
}

/** Compares every track with the truth, for the summary. */
export class TruthSink implements Sink {
  readonly name = 'truth';
  readonly #truth: KnownTruth;
  #inView = 0;
  #overlap = 0;
  #dropped = 0;
  #closed = false;

  constructor(truth: KnownTruth) {
    this.#truth = truth;
  }

  get dropped(): number {
    return this.#dropped;
  }

  publish({ state, box, frame }: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    const truth = this.#truth.truthOf(frame.sequence);
    if (!truth || state === 'idle') return;
    this.#inView += 1;
    if (box) this.#overlap += iou(box, truth);
  }

  /** One line; empty when the target was never in view. */
  describe(): string {
    if (this.#inView === 0) return '';
    const mean = this.#overlap / this.#inView;
    return `overlap with the simulation’s truth: mean IoU ${mean.toFixed(3)} over ${this.#inView} frames in view`;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
