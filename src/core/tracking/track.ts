import type { Box, Point } from '../geometry/box.js';

/**
 * - `idle`: no target selected.
 * - `tracking`: seen in this frame.
 * - `coasting`: not seen; the box is a prediction.
 * - `lost`: neither seen nor predictable; there is no box.
 */
export type TrackState = 'idle' | 'tracking' | 'coasting' | 'lost';

/** What the tracker says of one frame. */
export interface Track {
  readonly state: TrackState;
  /** Image pixels; null when idle or lost. */
  readonly box: Box | null;
  /** 0..1. */
  readonly confidence: number;
  /** Of the box centre, image pixels per frame; null when unknown. */
  readonly velocity: Point | null;
  readonly frame: {
    readonly sequence: number;
    readonly capturedAtNs: bigint;
    readonly width: number;
    readonly height: number;
  };
  /** Number of the selection this track belongs to, counted from 1; 0 when idle. */
  readonly target: number;
  /** What looks like the target and is known not to be it, for debugging; image pixels, absent when there is none. */
  readonly distractors?: readonly { readonly box: Box; readonly score: number }[];
}
