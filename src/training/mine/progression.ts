import type { Miner } from './mine-clip.js';

/** What tells whether another round pays. Null where it was not measured. */
export interface RoundFigures {
  readonly round: number;
  /** Who mined it: yields of different miners say nothing of each other. Null in the round that has nothing mined. */
  readonly miner: Miner | null;
  /** Seconds of objects followed per second of video. */
  readonly followed: number | null;
  /** Share of true places ranked first, the mean over the intervals. */
  readonly retrieval: number | null;
}

/** What chance alone moves the figures by. */
const slack = { followed: 0.05, retrieval: 0.03 } as const;

/** Stored frames between compared frames in a round of mining, counted from 1: it doubles. */
export function miningInterval(round: number): number {
  return 2 ** (round - 1);
}

/**
 * The stopping rule: why the last round is no better than the one before, by its yield (a share less of what was followed) or by
 * its retrieval; null as long as both hold up.
 */
export function stopReason(history: readonly RoundFigures[]): string | null {
  const [before, last] = history.slice(-2);
  if (!before || !last) return null;
  if (before.followed !== null && last.followed !== null && before.miner === last.miner) {
    if (last.followed < before.followed * (1 - slack.followed))
      return `the yield fell from ${before.followed.toFixed(2)} to ${last.followed.toFixed(2)} object seconds per second of video`;
  }
  if (before.retrieval !== null && last.retrieval !== null) {
    if (last.retrieval < before.retrieval - slack.retrieval)
      return `retrieval fell from ${before.retrieval.toFixed(3)} to ${last.retrieval.toFixed(3)}`;
  }
  return null;
}
