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
  /** Sigma of the prediction, in target sizes, above which a coasting target is lost: the Kalman filter's own bound. */
  readonly coastSigma: number;
  /** Successive frames in which a lost target must be seen. */
  readonly reacquireFrames: number;
}

/** tracking -> coasting -> lost -> tracking, by confidence with hysteresis. */
export class StateMachine {
  readonly #options: StateOptions;
  #state: TrackState = 'tracking';
  #coasted = 0;
  #found = 0;

  constructor(options: StateOptions) {
    this.#options = options;
  }

  get state(): TrackState {
    return this.#state;
  }

  /**
   * Takes one frame in and answers the new state.
   * @param sigma of the predicted position, in target sizes
   */
  step(confidence: number, sigma = 0): TrackState {
    const { coastBelow, resumeAbove, reacquireAbove, coastFrames, coastSigma } = this.#options;
    const needed = { idle: 0, tracking: coastBelow, coasting: resumeAbove, lost: reacquireAbove }[
      this.#state
    ];
    if (confidence < Math.max(coastBelow, needed)) {
      this.#found = 0;
      this.#coasted += 1;
      const hopeless = this.#coasted > coastFrames || sigma > coastSigma;
      this.#state = this.#state === 'lost' || hopeless ? 'lost' : 'coasting';
    } else if (this.#state === 'lost' && (this.#found += 1) < this.#options.reacquireFrames) {
      return this.#state;
    } else {
      this.#found = 0;
      this.#coasted = 0;
      this.#state = 'tracking';
    }
    return this.#state;
  }
}
