import type { Box } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import type { Track } from './track.js';

/**
 * Follows one target. Calls do not overlap. The tracker does not keep the frame: the caller may dispose it when the
 * promise settles.
 */
export interface Tracker {
  /** Selects the target. @throws UsageError when the box is invalid or its centre lies outside the frame. */
  init(frame: Frame, box: Box): Promise<Track>;
  /** Follows the target into the next frame; `idle` before the first init. */
  update(frame: Frame): Promise<Track>;
  /** Forgets the target. */
  stop(): Promise<void>;
  /** Idempotent. */
  dispose(): Promise<void>;
}
