import type { TrackState } from './track.js';

export interface StateOptions {
  /** Below this confidence a tracked target counts as not seen. */
  readonly coastBelow: number;
  /** From this confidence on a coasting target counts as seen again (>= coastBelow: hysteresis). */
  readonly resumeAbove: number;
  /** From this confidence on a lost target counts as found: it is searched for where nothing speaks for it. */
  readonly reacquireAbove: number;
  /** Frames a target may coast before it is lost. */
  readonly coastFrames: number;
}

/** tracking -> coasting -> lost -> tracking, by confidence with hysteresis. */
export class StateMachine {
  readonly #options: StateOptions;
  #state: TrackState = 'tracking';
  #coasted = 0;

  constructor(options: StateOptions) {
    this.#options = options;
  }

  get state(): TrackState {
    return this.#state;
  }

  /** Takes the confidence of one frame in and answers the new state. */
  step(confidence: number): TrackState {
    const { coastBelow, resumeAbove, reacquireAbove, coastFrames } = this.#options;
    const needed = { idle: 0, tracking: coastBelow, coasting: resumeAbove, lost: reacquireAbove }[
      this.#state
    ];
    if (confidence >= Math.max(coastBelow, needed)) {
      this.#coasted = 0;
      this.#state = 'tracking';
    } else {
      this.#coasted += 1;
      this.#state = this.#state === 'lost' || this.#coasted > coastFrames ? 'lost' : 'coasting';
    }
    return this.#state;
  }
}
