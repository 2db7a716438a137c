import { type Distribution, distribution, reacquisitions } from './honesty.js';
import { bestPoint, longTermCurve, type LongTermScores, longTermScores } from './long-term.js';
import { type Scores, scoreAnswers } from './metrics.js';
import { claimsOf, type Reliability, reliability } from './reliability.js';
import type { SequenceRun } from './run-sequence.js';
import { type ScoredFrame, scoredFrames } from './scored-frames.js';
import type { SequenceFolder } from './sequence-folder.js';
import { mean, meanOrNull, quantile } from './statistics.js';

/** Milliseconds of `tracker.update`; null when there was no update. */
export interface UpdateTime {
  readonly median: number | null;
  readonly p99: number | null;
}

export interface SequenceSummary extends Omit<Scores, 'success' | 'precision'> {
  readonly name: string;
  /** Frames answered. */
  readonly frames: number;
  readonly msPerFrame: UpdateTime;
  /** At the threshold of {@link Summary.longTerm}; null when the target is never there after the start. */
  readonly longTerm: LongTermScores | null;
  readonly reacquisition: Distribution;
  /** Present when the pass ended before its end: the scores are those of the frames answered. */
  readonly partial?: true;
}

/** Means over the complete sequences; null when there is none to take a mean of. */
export type MeanScores = Readonly<Record<Exclude<keyof Scores, 'success' | 'precision'>, number | null>>;

/** What summary.json holds. */
export interface Summary {
  readonly mean: MeanScores;
  readonly msPerFrame: UpdateTime;
  /** The greatest F-score over the confidence thresholds, and where it lies; null when no frame has a box. */
  readonly longTerm: (LongTermScores & { readonly threshold: number }) | null;
  /** How the target was found again after absences, over all complete sequences. */
  readonly reacquisition: Distribution;
  /** Of `confidence`, over all frames with a box of the complete sequences; null when there is none. */
  readonly reliability: Reliability | null;
  readonly sequences: readonly SequenceSummary[];
  /** Present when anything is missing; {@link Summary.problems} says what. */
  readonly partial?: true;
  readonly problems?: readonly string[];
  /** Present when sequences ran side by side: the times are then not comparable with others. */
  readonly jobs?: number;
}

/** A run with its truth and, when any frame could be scored, its scores. */
export interface ScoredRun {
  readonly sequence: SequenceFolder;
  readonly run: SequenceRun;
  readonly scores: Scores | null;
}

export function scoreRun(sequence: SequenceFolder, run: SequenceRun): ScoredRun {
  const start = sequence.truth.findIndex((box) => box !== null);
  const scores = run.answers.length > start ? scoreAnswers(sequence.truth, run.answers) : null;
  return { sequence, run, scores };
}

/**
 * @param runs what was run, complete or not.
 * @param missing problems beside those of the runs: sequences never begun.
 */
export function summarise(
  runs: readonly ScoredRun[],
  { missing = [], jobs = 1 }: { readonly missing?: readonly string[]; readonly jobs?: number } = {},
): Summary {
  const scored = runs.flatMap(({ sequence, run, scores }) =>
    scores === null ? [] : [{ sequence, run, scores }],
  );
  const complete = scored.filter(({ run }) => run.problem === null).map(({ scores }) => scores);
  const frames = completeFrames(runs);
  const curve = longTermCurve(frames);
  const longTerm = curve && bestPoint(curve);
  const over = (pick: (scores: Scores) => number | null): number | null => meanOrNull(complete.map(pick));
  const problems = [...runs.flatMap(({ run }) => (run.problem === null ? [] : [run.problem])), ...missing];
  return {
    mean: {
      auc: over(({ auc }) => auc),
      precision20: over(({ precision20 }) => precision20),
      trueAbsenceRate: over(({ trueAbsenceRate }) => trueAbsenceRate),
      falseAlarmRate: over(({ falseAlarmRate }) => falseAlarmRate),
      switchRate: over(({ switchRate }) => switchRate),
      boxlessRate: over(({ boxlessRate }) => boxlessRate),
      coastingRate: over(({ coastingRate }) => coastingRate),
    },
    msPerFrame: updateTime(runs.flatMap(({ run }) => run.updateMs)),
    longTerm,
    reacquisition: distribution(frames.flatMap(reacquisitions)),
    reliability: reliability(frames.flatMap(claimsOf)),
    sequences: scored.map((one) => summariseSequence(one, longTerm?.threshold ?? 0)),
    ...(problems.length > 0 ? { partial: true, problems } : {}),
    ...(jobs > 1 ? { jobs } : {}),
  };
}

/** The frames of every complete sequence after its start. */
export function completeFrames(runs: readonly ScoredRun[]): ScoredFrame[][] {
  return runs.flatMap(({ sequence, run, scores }) =>
    run.problem === null && scores ? [scoredFrames(sequence.truth, run.answers)] : [],
  );
}

/** Mean over the complete sequences of the share at every threshold; null when there is none. */
export function meanCurve(runs: readonly ScoredRun[], curve: 'success' | 'precision'): number[] | null {
  const curves = runs.flatMap(({ run, scores }) => (run.problem === null && scores ? [scores[curve]] : []));
  return curves[0]?.map((_, threshold) => mean(curves.map((values) => values[threshold]!))) ?? null;
}

function summariseSequence(
  { sequence, run, scores }: ScoredRun & { readonly scores: Scores },
  threshold: number,
): SequenceSummary {
  const frames = scoredFrames(sequence.truth, run.answers);
  return {
    name: run.name,
    frames: run.answers.length,
    ...withoutCurves(scores),
    msPerFrame: updateTime(run.updateMs),
    longTerm: longTermScores(frames, threshold),
    reacquisition: distribution(reacquisitions(frames)),
    ...(run.problem === null ? {} : { partial: true as const }),
  };
}

function withoutCurves({
  auc,
  precision20,
  trueAbsenceRate,
  falseAlarmRate,
  switchRate,
  boxlessRate,
  coastingRate,
}: Scores): Omit<Scores, 'success' | 'precision'> {
  return {
    auc,
    precision20,
    trueAbsenceRate,
    falseAlarmRate,
    switchRate,
    boxlessRate,
    coastingRate,
  };
}

function updateTime(updateMs: readonly number[]): UpdateTime {
  return { median: quantile(updateMs, 0.5), p99: quantile(updateMs, 0.99) };
}
