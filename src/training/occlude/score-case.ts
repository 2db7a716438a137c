import { falseAlarms, framesToSee, switches } from '../evaluate/honesty.js';
import { onTargetAbove, type ScoredFrame, scoredFrames } from '../evaluate/scored-frames.js';
import { type OcclusionCase, type OcclusionKind, type Phase, phaseOf } from './occlusion-case.js';
import type { CaseRun } from './run-cases.js';

/** Frames in view within which a target is to be seen again. */
export const reacquireWithin = 15;

/** Share of the lead in which a tracker must have been on the target for its case to count. */
const heldShare = 0.8;

/** What came of one case. */
export interface CaseScore extends Pick<
  OcclusionCase,
  'sequence' | 'kind' | 'level' | 'first' | 'from' | 'to'
> {
  readonly kind: OcclusionKind;
  /** The tracker had the target when it was disturbed: only then the figures below the lead's count. */
  readonly held: boolean;
  /** Frames of the lead in which it had the target, and those of them it called `coasting` or `lost`. */
  readonly lead: { readonly held: number; readonly doubted: number };
  /** Frames covered whole, and those of them called `tracking`. */
  readonly covered: { readonly frames: number; readonly tracking: number };
  /** Number of the first frame wholly in view that sees the target, from 1; null when none does. */
  readonly framesToSee: number | null;
  /** It settled on something else afterwards. */
  readonly switched: boolean;
}

/**
 * Scores one case. The tracker held the target when its box was on it (overlap above 0.5) in the last frame of the lead
 * and in four of five of them. See falseAlarms, framesToSee and switches for the rest.
 */
export function scoreCase({ case: one, answers }: CaseRun): CaseScore {
  const { sequence, kind, level, first, from, to } = one;
  const frames = scoredFrames(one.truth, answers);
  const inPhase = (phase: Phase): ScoredFrame[] =>
    frames.filter((_, index) => phaseOf(one, first + 1 + index) === phase);
  const lead = inPhase('lead');
  const covered = inPhase('covered');
  const after = inPhase('after');
  const on = lead.filter(({ overlap }) => overlap > onTargetAbove).length;
  return {
    sequence,
    kind,
    level,
    first,
    from,
    to,
    held: on >= heldShare * lead.length && (lead.at(-1)?.overlap ?? 0) > onTargetAbove,
    lead: falseAlarms(lead),
    covered: {
      frames: covered.length,
      tracking: covered.filter(({ answer }) => answer.state === 'tracking').length,
    },
    framesToSee: framesToSee(after),
    switched: switches(after).times > 0,
  };
}
