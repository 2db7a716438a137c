import type { Box } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import { checkSelection } from './check-selection.js';
import type { Track } from './track.js';
import type { Tracker } from './tracker.js';

/** Says that the target stays where it was selected: the baseline every tracker must beat, and the tests' tracker. */
export class IdentityTracker implements Tracker {
  #box: Box | null = null;
  #target = 0;

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is asynchronous
  async init(frame: Frame, box: Box): Promise<Track> {
    checkSelection(box, frame, 'box');
    this.#box = box;
    this.#target += 1;
    return this.#track(frame);
  }

  update(frame: Frame): Promise<Track> {
    return Promise.resolve(this.#track(frame));
  }

  stop(): Promise<void> {
    this.#box = null;
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return this.stop();
  }

  #track({ sequence, capturedAtNs, width, height }: Frame): Track {
    const box = this.#box;
    return {
      state: box ? 'tracking' : 'idle',
      box,
      confidence: box ? 1 : 0,
      velocity: box ? { x: 0, y: 0 } : null,
      frame: { sequence, capturedAtNs, width, height },
      target: box ? this.#target : 0,
    };
  }
}
