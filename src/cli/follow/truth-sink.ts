import { iou, type Box } from '../../core/geometry/box.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';

/** Where the target really is, for the sources that know: the simulation. */
export interface KnownTruth {
  /** Undefined: not known any more. */
  truthOf(sequence: number): { readonly box: Box | null; readonly occluded: boolean } | undefined;
}

/** Compares every track with the truth, for the summary. */
export class TruthSink implements Sink {
  readonly name = 'truth';
  readonly #truth: KnownTruth;
  #inSight = 0;
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
    if (!truth?.box || truth.occluded || state === 'idle') return;
    this.#inSight += 1;
    if (box) this.#overlap += iou(box, truth.box);
  }

  /** One line; empty when the target was never in sight. */
  describe(): string {
    if (this.#inSight === 0) return '';
    const mean = this.#overlap / this.#inSight;
    return `overlap with the simulation’s truth: mean IoU ${mean.toFixed(3)} over ${this.#inSight} frames in sight`;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
