import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';

/** Where an object was found in one frame. */
export interface Seen {
  /** Image pixels. */
  readonly box: Box;
  /** The network's own, 0..1. */
  readonly confidence: number;
  /** By how much it lies above the best place that does not overlap it (overlap below {@link rivalOverlap}), 0..1. */
  readonly margin: number;
}

/**
 * Follows one object through frames that the caller chooses, in any direction and with any interval between them: what mining
 * runs there and back. Calls do not overlap; frames may be disposed when a promise settles.
 */
export interface Follower {
  /** Takes the object's view in this frame for what is followed; forgets what was before. */
  init(frame: Frame, box: Box): Promise<void>;
  /** The best place in this frame, whatever it is worth; null when the network sees none. */
  step(frame: Frame): Promise<Seen | null>;
}

/** A place that overlaps the best one by less than this is another: a look-alike when it scores nearly as high. */
export const rivalOverlap = 0.3;
