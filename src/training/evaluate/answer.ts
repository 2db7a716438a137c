import { type Box, centreDistance, iou } from '../../core/geometry/box.js';
import type { TrackState } from '../../core/tracking/track.js';

/** What a tracker said of one frame. `idle` before its init. */
export interface Answer {
  readonly state: TrackState;
  readonly box: Box | null;
  readonly confidence: number;
}

/** IoU in 0..1; 0 when there is no box. Never above 1, whatever the rounding: 1 must not be greater than the threshold 1. */
export function overlap(predicted: Box | null, truth: Box): number {
  return predicted === null ? 0 : Math.min(1, iou(predicted, truth));
}

/** Distance of the centres in pixels; infinite when there is no box, or one that is not a number. */
export function centreError(predicted: Box | null, truth: Box): number {
  const distance = predicted === null ? Number.POSITIVE_INFINITY : centreDistance(predicted, truth);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
