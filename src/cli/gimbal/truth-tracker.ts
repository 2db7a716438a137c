import type { Frame } from '../../core/image/frame.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { SimSource } from '../../runtime/sources/sim-source.js';

/** A tracker that cannot err: it says what the simulation knows. */
export class TruthTracker implements Tracker {
  readonly #source: SimSource;
  #target = 0;

  constructor(source: SimSource) {
    this.#source = source;
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
