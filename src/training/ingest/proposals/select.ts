import type { Window } from '../../../core/objectness/contour-scorer.js';
import type { EdgeCandidate } from './edge-proposals.js';
import type { MotionResult } from './motion-proposals.js';
import type { Proposal } from '../../store/proposal.js';

interface Candidate extends Window {
  readonly score: number;
  readonly kind: Proposal['kind'];
}

/**
 * One list from both cues. Edge windows that move are worth more: they fit better than the motion box they then replace. Greedy
 * soft suppression keeps the list diverse, and each of three size bands has some places of its own.
 */
export function selectProposals(
  edges: readonly EdgeCandidate[],
  motion: MotionResult,
  { limit = 12, minScore = 0.15 } = {},
): Proposal[] {
  const candidates: Candidate[] = [
    ...edges.map((edge) => {
      const moves = Math.max(0, motion.contrast(edge));
      return { ...edge, score: 1 - (1 - edge.score) * (1 - 0.6 * moves), kind: 'edge' as const };
    }),
    ...motion.candidates.map((candidate) => ({ ...candidate, kind: 'motion' as const })),
  ].filter(({ score }) => score >= minScore);
  const chosen: Candidate[] = [];
  const place = (band: (c: Candidate) => boolean, count: number): void => {
    for (let n = 0; n < count && chosen.length < limit; n++) {
      const next = mostUseful(candidates.filter(band), chosen);
      if (!next) return;
      chosen.push(next);
    }
  };
  const reserved = Math.floor(limit / 6);
  for (const band of [0, 1, 2]) place((c) => sizeBand(c) === band, reserved);
  place(() => true, limit);
  return chosen.sort((a, b) => b.score - a.score).map(toProposal);
}

/** Score less what is covered already; null when nothing new is left. */
function mostUseful(candidates: readonly Candidate[], chosen: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  let bestValue = 0;
  for (const candidate of candidates) {
    const covered = chosen.reduce((most, other) => Math.max(most, overlap(candidate, other)), 0);
    if (covered > 0.5) continue;
    const value = candidate.score * (1 - 0.8 * covered);
    if (value > bestValue) [best, bestValue] = [candidate, value];
  }
  return best;
}

/** 0: small (below 28 px), 1: middle, 2: large (from 90 px). */
function sizeBand({ left, top, right, bottom }: Window): number {
  const size = Math.sqrt((right - left) * (bottom - top));
  return size < 28 ? 0 : size < 90 ? 1 : 2;
}

function overlap(a: Window, b: Window): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const area = (w: Window): number => (w.right - w.left) * (w.bottom - w.top);
  return (width * height) / (area(a) + area(b) - width * height);
}

function toProposal({ left, top, right, bottom, score, kind }: Candidate): Proposal {
  return {
    cx: (left + right) / 2,
    cy: (top + bottom) / 2,
    width: right - left,
    height: bottom - top,
    score: Math.round(Math.min(1, score) * 1000) / 1000,
    kind,
  };
}
