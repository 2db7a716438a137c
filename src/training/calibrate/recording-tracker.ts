import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { Evidence } from '../../core/tracking/siamese/evidence.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';

/** What a tracker looked at in one frame, whatever it made of it. */
export interface Sighting {
  readonly evidence: Evidence;
  /** Image pixels. */
  readonly box: Box;
}

/** Called once in every update, before it answers. */
export type OnEvidence = (evidence: Evidence, box: Box) => void;

/** Makes a tracker that tells what it looks at. */
export type ObservableTracker = (onEvidence: OnEvidence) => Tracker;

/** A tracker whose sightings are kept, one entry an update; null where it looked at nothing. */
export class RecordingTracker implements Tracker {
  readonly sightings: (Sighting | null)[] = [];
  readonly #inner: Tracker;
  #latest: Sighting | null = null;

  constructor(create: ObservableTracker) {
    this.#inner = create((evidence, box) => {
      this.#latest = { evidence, box };
    });
  }

  init(frame: Frame, box: Box): Promise<Track> {
    this.sightings.length = 0;
    return this.#inner.init(frame, box);
  }

  async update(frame: Frame): Promise<Track> {
    this.#latest = null;
    const track = await this.#inner.update(frame);
    this.sightings.push(this.#latest);
    return track;
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  dispose(): Promise<void> {
    return this.#inner.dispose();
  }
}
