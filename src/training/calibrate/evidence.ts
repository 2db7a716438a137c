import type { Box } from '../../core/geometry/box.js';

/** What speaks for the place a tracker chose in one frame. */
export interface Evidence {
  /** The network's own score of the cell, 0..1. */
  readonly score: number;
  /** Average peak-to-correlation energy of the response (Wang, Liu, Huang 2017, eq. 10): 1 or more, greater for a single sharp peak. */
  readonly apce: number;
  /** Agreement with the stored templates: cosine, -1..1. */
  readonly similarity: number;
  /** Plausibility of the motion, 0..1: 1 where the target was expected. */
  readonly motion: number;
}

/** What a tracker looked at in one frame, whatever it made of it. */
export interface Sighting {
  readonly evidence: Evidence;
  /** Image pixels. */
  readonly box: Box;
}

/** Called once in every update, before it answers. */
export type OnEvidence = (evidence: Evidence, box: Box) => void;

export const featureNames = ['score', 'apce', 'similarity', 'motion'] as const;

/** The evidence as numbers that a linear model takes: APCE spans two decades, so its logarithm. */
export function featuresOf({ score, apce, similarity, motion }: Evidence): number[] {
  return [score, Math.log(Math.max(apce, 1)), similarity, motion];
}
