import type { Box } from '../../core/geometry/box.js';
import type { ModelStatus } from '../../core/ports/loop-status.js';
import type { GrowRequest } from '../../core/selection/grow-box.js';
import type { Tracker } from '../../core/tracking/tracker.js';

/** A tapped point, and the frames around the one it was tapped on. */
export type TappedPoint = Required<GrowRequest>;

/** A tracker as the live loop uses it; everything beyond Tracker is optional. */
export interface LiveTracker extends Tracker {
  describeModel?(): ModelStatus;
  /** Grows a box around a tapped point, away from this thread. Calls do not overlap with those of Tracker. */
  growBox?(tapped: TappedPoint): Promise<Box>;
  /** Resolves when the tracker can do nothing any more, with the reason; never when it is disposed. */
  readonly failed?: Promise<Error>;
}

/** Opens trackers for a loop that survives them. */
export interface TrackerSupply {
  /**
   * Opens a tracker on a model, ready to track without warming up; null: the model the loop was started with.
   * @throws UsageError for a name it does not know, ModelError, InferenceError.
   */
  open(model: string | null, signal: AbortSignal): Promise<LiveTracker>;
}
