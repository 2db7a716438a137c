import { type Box, centreDistance, iou } from '../../core/geometry/box.js';
import type { TrackState } from '../../core/tracking/track.js';
import type { BoxSequence } from './ground-truth.js';

/** What a tracker said of one frame. `idle` before its init. */
export interface Answer {
  readonly state: TrackState;
  readonly box: Box | null;
  readonly confidence: number;
}

/** Success thresholds 0, 0.05 … 1 on the overlap (Wu, Lim, Yang: Online Object Tracking: A Benchmark, CVPR 2013). */
export const overlapThresholds: readonly number[] = Array.from({ length: 21 }, (_, index) => index / 20);

/** Precision thresholds 0, 1 … 50 px on the distance of the centres. */
export const distanceThresholds: readonly number[] = Array.from({ length: 51 }, (_, index) => index);

/** The distance at which a single number is read off the precision curve, in pixels. */
const precisionDistance = 20;

/** Scores of one sequence; shares in 0..1, null where there is nothing to take a share of. */
export interface Scores {
  /** Mean of {@link Scores.success}: its area under the curve. */
  readonly auc: number;
  /** Share of present frames whose centre lies within 20 px. */
  readonly precision20: number;
  /** Of the frames in which the target is absent: share answered `lost` or `coasting`. */
  readonly trueAbsenceRate: number | null;
  /** Of the frames in which the target is present: share answered without a box (`lost`, or `idle`). */
  readonly falseAlarmRate: number;
  /** Of all frames from the init on: share answered `coasting`. */
  readonly coastingRate: number;
  /** One share per {@link overlapThresholds}. */
  readonly success: readonly number[];
  /** One share per {@link distanceThresholds}. */
  readonly precision: readonly number[];
}

/**
 * Scores the answers of a one-pass evaluation. Frames before the first box of `truth` (the init) count nowhere; the
 * init frame itself counts as the benchmark counts it, answered by the truth. Both lists have one entry a frame;
 * answers may end early (a run that was cut short).
 * @throws RangeError when no frame has both a truth box and an answer.
 */
export function scoreAnswers(truth: BoxSequence, answers: readonly Answer[]): Scores {
  const start = truth.findIndex((box) => box !== null);
  const run = answers.slice(start).map((answer, index) => ({ answer, truth: truth[start + index] ?? null }));
  const present = run.flatMap(({ answer, truth: box }) => (box === null ? [] : [{ answer, truth: box }]));
  if (start < 0 || present.length === 0) throw new RangeError('no frame has both a truth box and an answer');
  const absent = run.filter(({ truth: box }) => box === null);
  const success = successCurve(present.map(({ answer, truth: box }) => overlap(answer.box, box)));
  const distances = present.map(({ answer, truth: box }) => centreError(answer.box, box));
  const precision = precisionCurve(distances);
  return {
    auc: mean(success),
    precision20: precision[precisionDistance]!,
    trueAbsenceRate:
      absent.length === 0
        ? null
        : shareOf(absent, ({ answer }) => answer.state === 'lost' || answer.state === 'coasting'),
    falseAlarmRate: shareOf(present, ({ answer }) => answer.box === null),
    coastingRate: shareOf(run, ({ answer }) => answer.state === 'coasting'),
    success,
    precision,
  };
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

/** Share of the overlaps strictly above every {@link overlapThresholds}. */
export function successCurve(overlaps: readonly number[]): number[] {
  return overlapThresholds.map((threshold) => shareOf(overlaps, (value) => value > threshold));
}

/** Share of the centre errors at or below every {@link distanceThresholds}. */
export function precisionCurve(errors: readonly number[]): number[] {
  return distanceThresholds.map((threshold) => shareOf(errors, (value) => value <= threshold));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of the values that are not null; null when there are none. */
export function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : mean(known);
}

/** Nearest-rank quantile; null of an empty list. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}
