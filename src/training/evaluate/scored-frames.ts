import type { Box } from '../../core/geometry/box.js';
import { type Answer, overlap } from './answer.js';
import type { BoxSequence } from './ground-truth.js';

/** One frame after the start: what was there, what was said, and how well they agree. */
export interface ScoredFrame {
  readonly truth: Box | null;
  readonly answer: Answer;
  /** IoU of answer and truth, 0..1; 0 when either has no box. */
  readonly overlap: number;
}

/** A box with a greater overlap than this is on the target: what `confidence` is the probability of. */
export const onTargetAbove = 0.5;

/**
 * The frames after the start frame, which the truth itself answers. Answers may end early (a run that was cut short).
 */
export function scoredFrames(truth: BoxSequence, answers: readonly Answer[]): ScoredFrame[] {
  const start = truth.findIndex((box) => box !== null);
  if (start < 0) return [];
  return answers.slice(start + 1, truth.length).map((answer, index) => {
    const box = truth[start + 1 + index] ?? null;
    return { truth: box, answer, overlap: box === null ? 0 : overlap(answer.box, box) };
  });
}

/** The tracker says that it sees the target, and its box is on it. */
export function seesTarget({ answer, overlap: shared }: ScoredFrame): boolean {
  return answer.state === 'tracking' && shared > onTargetAbove;
}
