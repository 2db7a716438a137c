import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import { overlap } from './metrics.js';
import { createThumbnailer, type Thumbnailer } from './thumbnail.js';

/** A stretch of frames in which the target was there and the tracker was not. */
export interface Failure {
  /** First frame of the stretch, counted from 0. */
  readonly frame: number;
  /** Present frames in it. */
  readonly length: number;
  /** True when the tracker found the target again before the end. */
  readonly recovered: boolean;
  /** Its first frame with truth and prediction drawn: a JPEG data URI; null when pictures are off. */
  readonly picture: string | null;
}

/** Below this overlap the tracker has lost the target. */
const lostOverlap = 0.1;
/** Failures kept of one sequence. */
const kept = 3;

/** Watches a pass and keeps its longest failures, with a picture of how each began. */
export class FailureRecorder {
  readonly #thumbnails: Thumbnailer | null;
  readonly #failures: Failure[] = [];
  #open: { frame: number; length: number; picture: Promise<string> | null } | null = null;

  constructor(pictures: boolean) {
    this.#thumbnails = pictures ? createThumbnailer() : null;
  }

  /** Looks at one frame; the frame may be disposed when the promise settles. An absent target ends no failure. */
  async see(frame: Frame, index: number, truth: Box | null, predicted: Box | null): Promise<void> {
    if (truth === null) return;
    if (overlap(predicted, truth) >= lostOverlap) {
      await this.#close(true);
      return;
    }
    this.#open ??= {
      frame: index,
      length: 0,
      picture: this.#thumbnails?.draw(frame, truth, predicted) ?? null,
    };
    this.#open.length += 1;
    await this.#open.picture;
  }

  /** The longest failures first. */
  async finish(): Promise<Failure[]> {
    await this.#close(false);
    return this.#failures;
  }

  async #close(recovered: boolean): Promise<void> {
    if (this.#open === null) return;
    const { frame, length, picture } = this.#open;
    this.#open = null;
    this.#failures.push({ frame, length, recovered, picture: await picture });
    this.#failures.sort((a, b) => b.length - a.length).splice(kept);
  }
}
