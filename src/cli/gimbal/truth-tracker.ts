import type { Frame } from '../../core/image/frame.js';
import type { Track } from '../../core/tracking/track.js';
import type { ModelStatus } from '../../core/ports/loop-status.js';
import type { LiveTracker } from '../../runtime/live/live-tracker.js';
import type { SimSource } from '../../runtime/sources/sim-source.js';

/** A tracker that cannot err: it says what the simulation knows. */
export class TruthTracker implements LiveTracker {
  readonly #source: SimSource;
  #target = 0;

  constructor(source: SimSource) {
    this.#source = source;
  }

  describeModel(): ModelStatus {
    return { name: 'truth', precision: 'exact', provider: 'the simulation' };
  }

  init(frame: Frame): Promise<Track> {
    this.#target += 1;
    return this.update(frame);
  }

  update({ sequence, capturedAtNs, width, height }: Frame): Promise<Track> {
    const box = this.#target > 0 ? (this.#source.truthOf(sequence)?.box ?? null) : null;
    return Promise.resolve({
      state: this.#target === 0 ? 'idle' : box ? 'tracking' : 'lost',
      ...{ box, confidence: box ? 1 : 0, velocity: null, target: this.#target },
      frame: { sequence, capturedAtNs, width, height },
    });
  }

  stop(): Promise<void> {
    this.#target = 0;
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}
