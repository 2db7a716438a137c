import { iou } from '../../../core/geometry/box.js';
import type { ModelContract } from '../../../core/model/contract.js';
import type { Response } from '../../../core/model/network.js';
import { boxOfCell, cosineWindow } from '../../../core/tracking/siamese/decode-response.js';
import type { ModelAnswer } from './answers.js';

/** How far a model answers as another does, over many crops. Shares are 0..1. */
export interface Agreement {
  readonly samples: number;
  /** Share of crops whose highest scores lie within one cell of each other, in both directions. */
  readonly peak: number;
  /** The same where the reference is sure of what it sees (score of `sureAbove` or more), 1 if it never is; and how many those are. */
  readonly surePeak: number;
  readonly sure: number;
  /** The same as `peak` with the tracker's window over the scores: the place it would really take. */
  readonly trackedPeak: number;
  /** Overlap (IoU) of both boxes at the reference's peak: mean, and the value 5 % of the crops lie below. */
  readonly boxIou: number;
  readonly boxIouLow: number;
  /** Mean absolute difference of the scores at the reference's peak. */
  readonly scoreError: number;
  /** Mean cosine between the cells' feature vectors; null when the model keeps them to itself. */
  readonly cellsCosine: number | null;
}

/** The reference's score from which on it is sure of a peak. */
export const sureAbove = 0.3;

/** Share of the window in the tracker's choice: its default. */
const windowInfluence = 0.2;

/** @param reference answers of the model to agree with; `other` in the same order. */
export function agreementOf(
  reference: readonly ModelAnswer[],
  other: readonly ModelAnswer[],
  contract: ModelContract,
): Agreement {
  const { response } = contract;
  const window = cosineWindow(response, contract.search.cropSize);
  const rows = reference.map((expected, index) => {
    const found = other[index]!;
    const peak = greatest(expected.scores);
    const windowed = (scores: Float32Array): Float32Array =>
      scores.map((score, cell) => (1 - windowInfluence) * score + windowInfluence * window[cell]!);
    return {
      sure: expected.scores[peak]! >= sureAbove,
      peak: withinOne(peak, greatest(found.scores), response.size),
      tracked: withinOne(
        greatest(windowed(expected.scores)),
        greatest(windowed(found.scores)),
        response.size,
      ),
      iou: boxOverlap(expected, found, peak, response),
      score: Math.abs(expected.scores[peak]! - found.scores[peak]!),
      cosine: expected.cells && found.cells ? meanCosine(expected.cells, found.cells, response.size) : null,
    };
  });
  const sure = rows.filter((row) => row.sure);
  const overlaps = rows.map((row) => row.iou).sort((a, b) => a - b);
  const cosines = rows.flatMap(({ cosine }) => (cosine === null ? [] : [cosine]));
  return {
    samples: rows.length,
    peak: mean(rows.map((row) => Number(row.peak))),
    surePeak: sure.length > 0 ? mean(sure.map((row) => Number(row.peak))) : 1,
    sure: sure.length,
    trackedPeak: mean(rows.map((row) => Number(row.tracked))),
    boxIou: mean(overlaps),
    boxIouLow: overlaps[Math.floor(0.05 * overlaps.length)] ?? 0,
    scoreError: mean(rows.map((row) => row.score)),
    cellsCosine: cosines.length > 0 ? mean(cosines) : null,
  };
}

function greatest(scores: Float32Array): number {
  let best = 0;
  for (let cell = 1; cell < scores.length; cell += 1) if (scores[cell]! > scores[best]!) best = cell;
  return best;
}

function withinOne(a: number, b: number, size: number): boolean {
  const rows = Math.abs(Math.floor(a / size) - Math.floor(b / size));
  return Math.max(rows, Math.abs((a % size) - (b % size))) <= 1;
}

function boxOverlap(
  expected: ModelAnswer,
  found: ModelAnswer,
  cell: number,
  grid: ModelContract['response'],
): number {
  const [a, b] = [expected, found].map(({ scores, distances }) => {
    const response: Response = { size: grid.size, scores, distances };
    return boxOfCell(response, grid, Math.floor(cell / grid.size), cell % grid.size);
  });
  return iou(a!, b!);
}

/** Both are unit vectors over the channels. */
function meanCosine(a: Float32Array, b: Float32Array, size: number): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum / size ** 2;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
