import type { Box } from '../../geometry/box.js';
import { continuity } from './continuity.js';
import { type Candidate, plausibility } from './distractors.js';
import { calibratedConfidence, type Evidence } from './evidence.js';
import type { Look } from './looker.js';
import type { SiameseOptions } from './options.js';
import type { Target } from './target.js';

/** A look, and how plausibly (0..1) what it chose is a known distractor. */
export interface ClaimedLook extends Look {
  readonly claim: number;
}

/** Motion less plausible than this is too far. */
const farOff = 0.1;

export function evidenceOf({ score, classifier, apce, seen }: Look, expected: Box): Evidence {
  return { score, classifier, apce, motion: plausibility(expected, seen) };
}

/** The likeness at the peak, or a probability where the model was calibrated. */
export function confidenceOf(evidence: Evidence, { peak }: Look, options: SiameseOptions): number {
  const model = {
    bias: options.confidenceBias,
    score: options.confidenceScore,
    classifier: options.confidenceClassifier,
    apce: options.confidenceApce,
    motion: options.confidenceMotion,
  };
  const isCalibrated = Object.values(model).some((weight) => weight !== 0);
  return isCalibrated ? calibratedConfidence(evidence, model) : peak.score;
}

/** What the target's history makes of a confidence: a factor, 0..1. */
export function trustIn(target: Target, look: ClaimedLook, predicted: Box, options: SiameseOptions): number {
  const { kalman, states, usualScore } = target;
  const { seen, score, claim } = look;
  const plausible = plausibility(predicted, seen, kalman.sigma);
  const alike = usualScore === null ? 1 : score / Math.max(usualScore, 1e-6);
  return (
    (1 - claim) *
    familiarity(usualScore, score, options.coverRatio) *
    continuity(states.state, { plausible, alike }, options)
  );
}

/**
 * 1 while the network finds the target about as alike as usual, less when its score breaks down at once: a slow change is
 * the target's own, a sudden one a cover, which the classifier, learning all the time, would take for the target.
 */
function familiarity(usualScore: number | null, score: number, coverRatio: number): number {
  if (usualScore === null || coverRatio === 0) return 1;
  return Math.min(1, score / Math.max(coverRatio * usualScore, 1e-6));
}

/**
 * When the best peak lies where a known distractor was expected and not where the target was, a good rival at the
 * target's own place is taken instead; without one, the distractor's claim stands against the peak.
 */
export function shunDistractors(
  { distractors }: Target,
  look: Look,
  predicted: Box,
  { distractorAbove, distractorRatio }: SiameseOptions,
): ClaimedLook {
  if (distractorAbove === 1) return { ...look, claim: 0 };
  const excess = (box: Box): number => distractors.claim(box) - plausibility(predicted, box);
  const best: Candidate = { box: look.seen, score: look.peak.score };
  const rival =
    excess(best.box) > 0
      ? look.rivals.find(({ box, score }) => excess(box) < 0 && score >= distractorRatio * best.score)
      : undefined;
  distractors.update(rival ? [best, ...look.rivals.filter((other) => other !== rival)] : look.rivals);
  if (!rival) return { ...look, claim: Math.max(0, excess(best.box)) };
  const share = rival.score / Math.max(best.score, 1e-6);
  return {
    ...look,
    seen: rival.box,
    peak: { ...look.peak, score: rival.score },
    score: look.score * share,
    classifier: look.classifier * share,
    claim: 0,
  };
}

/** What looks like the target, far from where a coasting one can be, is something else: it is followed as such. */
export function shunUnbelieved(
  { distractors }: Target,
  { seen, peak }: Look,
  { motion }: Evidence,
  { coastDoubt, distractorAbove }: SiameseOptions,
): void {
  if (coastDoubt > 0 && peak.score >= distractorAbove && motion < farOff)
    distractors.add({ box: seen, score: peak.score });
}
