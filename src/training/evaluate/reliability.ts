import { onTargetAbove, type ScoredFrame } from './scored-frames.js';

/** A claim and how it came out. */
export interface Claim {
  /** Claimed probability, 0..1. */
  readonly confidence: number;
  readonly correct: boolean;
}

export interface ReliabilityBin {
  /** The bin holds low < confidence <= high; the first one 0, too. */
  readonly low: number;
  readonly high: number;
  readonly frames: number;
  /** Mean of the claims in it; null when it is empty. */
  readonly confidence: number | null;
  /** Share of them that was correct; null when it is empty. */
  readonly accuracy: number | null;
}

/** How far confidences are from being probabilities. */
export interface Reliability {
  readonly frames: number;
  /** Expected calibration error over equal bins. */
  readonly ece: number;
  /** The same over bins of (nearly) equal counts: fine where the confidences crowd. */
  readonly adaptiveEce: number;
  readonly bins: readonly ReliabilityBin[];
}

const binCount = 15;

/** What the frames with a box claim: that it overlaps the target by more than 0.5. An absent target is overlapped by none. */
export function claimsOf(frames: readonly ScoredFrame[]): Claim[] {
  return frames.flatMap(({ answer, overlap }) =>
    answer.box === null ? [] : [{ confidence: answer.confidence, correct: overlap > onTargetAbove }],
  );
}

/**
 * Reliability diagram and expected calibration error (Guo et al. 2017, "On Calibration of Modern Neural Networks",
 * eq. 3 and 5): ECE = sum over bins of n_b / n |accuracy_b - confidence_b|, 15 bins. Null without claims.
 */
export function reliability(claims: readonly Claim[]): Reliability | null {
  if (claims.length === 0) return null;
  const equal = equalBins(claims);
  return {
    frames: claims.length,
    ece: calibrationError(equal, claims.length),
    adaptiveEce: calibrationError(adaptiveBins(claims), claims.length),
    bins: equal.map((members, index) => ({
      low: index / binCount,
      high: (index + 1) / binCount,
      frames: members.length,
      confidence: members.length === 0 ? null : meanConfidence(members),
      accuracy: members.length === 0 ? null : accuracy(members),
    })),
  };
}

function equalBins(claims: readonly Claim[]): Claim[][] {
  const bins = Array.from({ length: binCount }, (): Claim[] => []);
  for (const claim of claims) {
    const bin = Math.ceil(claim.confidence * binCount) - 1;
    bins[Math.min(Math.max(bin, 0), binCount - 1)]!.push(claim);
  }
  return bins;
}

/** Bins of equal counts; equal confidences stay together, so that the order of the frames does not matter. */
function adaptiveBins(claims: readonly Claim[]): Claim[][] {
  const sorted = [...claims].sort((a, b) => a.confidence - b.confidence);
  const bins: Claim[][] = [[]];
  sorted.forEach((claim, index) => {
    const due = index >= (bins.length * sorted.length) / binCount;
    if (due && claim.confidence !== sorted[index - 1]!.confidence) bins.push([]);
    bins.at(-1)!.push(claim);
  });
  return bins;
}

function calibrationError(bins: readonly (readonly Claim[])[], total: number): number {
  return bins.reduce((sum, members) => {
    if (members.length === 0) return sum;
    return sum + (members.length / total) * Math.abs(accuracy(members) - meanConfidence(members));
  }, 0);
}

function meanConfidence(claims: readonly Claim[]): number {
  return claims.reduce((sum, { confidence }) => sum + confidence, 0) / claims.length;
}

function accuracy(claims: readonly Claim[]): number {
  return claims.filter(({ correct }) => correct).length / claims.length;
}
