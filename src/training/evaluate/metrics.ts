import { type Answer, centreError, overlap } from './answer.js';
import type { BoxSequence } from './ground-truth.js';
import { falseAlarms, switches } from './honesty.js';
import { scoredFrames } from './scored-frames.js';
import { mean, ratio } from './statistics.js';

export { type Answer, centreError, overlap } from './answer.js';
export { mean, meanOrNull, quantile } from './statistics.js';

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
  /** Of the present frames after the start in which the tracker had the target: share called `coasting` or `lost`, see {@link falseAlarms}; null when it never had it. */
  readonly falseAlarmRate: number | null;
  /** Of the present frames after the start: share in which it followed something else for long, see {@link switches}; null without such frames. */
  readonly switchRate: number | null;
  /** Of the frames in which the target is present: share answered without a box (`lost`, or `idle`). */
  readonly boxlessRate: number;
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
  const after = scoredFrames(truth, answers);
  const alarms = falseAlarms(after);
  const distances = present.map(({ answer, truth: box }) => centreError(answer.box, box));
  const precision = precisionCurve(distances);
  return {
    auc: mean(success),
    precision20: precision[precisionDistance]!,
    trueAbsenceRate:
      absent.length === 0
        ? null
        : shareOf(absent, ({ answer }) => answer.state === 'lost' || answer.state === 'coasting'),
    falseAlarmRate: ratio(alarms.doubted, alarms.held),
    switchRate: ratio(switches(after).frames, present.length - 1),
    boxlessRate: shareOf(present, ({ answer }) => answer.box === null),
    coastingRate: shareOf(run, ({ answer }) => answer.state === 'coasting'),
    success,
    precision,
  };
}

/** Share of the overlaps strictly above every {@link overlapThresholds}. */
export function successCurve(overlaps: readonly number[]): number[] {
  return overlapThresholds.map((threshold) => shareOf(overlaps, (value) => value > threshold));
}

/** Share of the centre errors at or below every {@link distanceThresholds}. */
export function precisionCurve(errors: readonly number[]): number[] {
  return distanceThresholds.map((threshold) => shareOf(errors, (value) => value <= threshold));
}

function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / items.length;
}
