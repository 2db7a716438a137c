import { mean } from './statistics.js';
import type { ScoredFrame } from './scored-frames.js';

/** Precision, recall and F-score of Lukezic et al. 2018; shares in 0..1. */
export interface LongTermScores {
  readonly precision: number;
  readonly recall: number;
  readonly fScore: number;
}

/** One {@link LongTermScores} per confidence threshold, rising. */
export interface LongTermCurve {
  readonly thresholds: readonly number[];
  readonly points: readonly LongTermScores[];
}

/** Thresholds of the curve, at most: quantiles of all confidences, as in the toolkit of VOT. */
const resolution = 100;

/**
 * Long-term tracking performance (Lukezic et al. 2018, "Now you see me: evaluating performance in long-term visual
 * tracking", eq. 1-4). At a threshold t only boxes with confidence >= t count as answers; a frame without a box lies
 * below every threshold.
 *
 *   precision(t) = mean overlap over the frames answered (1 where none is, as in VOT's toolkit)
 *   recall(t)    = sum of the overlaps of the frames answered / frames in which the target is present
 *
 * Both are averaged over the sequences at every threshold, each with the same weight, then F = 2 P R / (P + R).
 * @returns null when no frame has a box, or no sequence a present frame.
 */
export function longTermCurve(sequences: readonly (readonly ScoredFrame[])[]): LongTermCurve | null {
  const known = sequences.filter((frames) => frames.some(({ truth }) => truth !== null));
  const thresholds = confidenceThresholds(known.flat());
  if (thresholds.length === 0) return null;
  const curves = known.map((frames) => sequenceCurve(frames, thresholds));
  const points = thresholds.map((_, index) =>
    withFScore(
      mean(curves.map((curve) => curve[index]!.precision)),
      mean(curves.map((curve) => curve[index]!.recall)),
    ),
  );
  return { thresholds, points };
}

/** The scores of one sequence at one threshold; null when the target is never present in it. */
export function longTermScores(frames: readonly ScoredFrame[], threshold: number): LongTermScores | null {
  if (!frames.some(({ truth }) => truth !== null)) return null;
  const [point] = sequenceCurve(frames, [threshold]);
  return point === undefined ? null : withFScore(point.precision, point.recall);
}

/** The point of greatest F-score; the lowest threshold of several. */
export function bestPoint({
  thresholds,
  points,
}: LongTermCurve): LongTermScores & { readonly threshold: number } {
  const best = points.reduce((top, { fScore }, index) => (fScore > points[top]!.fScore ? index : top), 0);
  return { ...points[best]!, threshold: thresholds[best]! };
}

function confidenceThresholds(frames: readonly ScoredFrame[]): number[] {
  const values = frames
    .flatMap(({ answer }) => (answer.box === null ? [] : [answer.confidence]))
    .sort((a, b) => a - b);
  const step = Math.max(1, (values.length - 1) / (resolution - 1));
  const count = Math.min(values.length, resolution);
  return [...new Set(Array.from({ length: count }, (_, index) => values[Math.round(index * step)]!))];
}

/** Precision and recall at rising thresholds, in one sweep over the boxes in falling order of confidence. */
function sequenceCurve(
  frames: readonly ScoredFrame[],
  thresholds: readonly number[],
): Omit<LongTermScores, 'fScore'>[] {
  const present = frames.filter(({ truth }) => truth !== null).length;
  const answered = frames
    .filter(({ answer }) => answer.box !== null)
    .sort((a, b) => b.answer.confidence - a.answer.confidence);
  const points: Omit<LongTermScores, 'fScore'>[] = [];
  let count = 0;
  let sum = 0;
  for (const threshold of [...thresholds].reverse()) {
    while (count < answered.length && answered[count]!.answer.confidence >= threshold) {
      sum += answered[count]!.overlap;
      count += 1;
    }
    points.push({ precision: count === 0 ? 1 : sum / count, recall: sum / present });
  }
  return points.reverse();
}

function withFScore(precision: number, recall: number): LongTermScores {
  const sum = precision + recall;
  return { precision, recall, fScore: sum === 0 ? 0 : (2 * precision * recall) / sum };
}
