import { type Box, iou } from '../../geometry/box.js';
import type { ModelContract } from '../../model/contract.js';
import type { Response } from '../../model/network.js';

/** The cell the tracker believes in. */
export interface Peak {
  readonly row: number;
  readonly column: number;
  /** The network's own probability at the cell, 0..1, without window or penalties. */
  readonly score: number;
  /** Penalty for an implausible change of size, 0..1. */
  readonly penalty: number;
  /** The box seen from this cell, in crop pixels. */
  readonly boxInCrop: Box;
}

export interface PeakOptions {
  /** Size of the target as the tracker knows it, in crop pixels. */
  readonly widthInCrop: number;
  readonly heightInCrop: number;
  readonly windowInfluence: number;
  readonly sizePenalty: number;
}

/**
 * Picks the best cell: score, damped by an implausible change of size and aspect ratio, mixed with a cosine window
 * (SiamRPN, Li et al. 2018, sec. 4.3; one box per cell, as in anchor-free heads).
 */
export function findPeak(
  response: Response,
  grid: ModelContract['response'],
  window: Float32Array,
  { widthInCrop, heightInCrop, windowInfluence, sizePenalty }: PeakOptions,
): Peak {
  const { size, scores, distances } = response;
  const plane = size * size;
  const knownSize = paddedSize(widthInCrop, heightInCrop);
  const knownRatio = widthInCrop / heightInCrop;
  let best = 0;
  let bestValue = -Infinity;
  let bestPenalty = 1;
  for (let cell = 0; cell < plane; cell += 1) {
    const width = distances[cell]! + distances[2 * plane + cell]!;
    const height = distances[plane + cell]! + distances[3 * plane + cell]!;
    const sizeChange = change(paddedSize(width, height) / knownSize);
    const ratioChange = change(width / height / knownRatio);
    const penalty = Math.exp(-sizePenalty * (sizeChange * ratioChange - 1));
    const value = penalty * scores[cell]! * (1 - windowInfluence) + window[cell]! * windowInfluence;
    if (value > bestValue) {
      best = cell;
      bestValue = value;
      bestPenalty = penalty;
    }
  }
  const row = Math.floor(best / size);
  const column = best % size;
  return {
    row,
    column,
    score: scores[best]!,
    penalty: bestPenalty,
    boxInCrop: boxOfCell(response, grid, row, column),
  };
}

/**
 * Local maxima of the response away from the chosen peak, best first: what else looks like the target.
 *
 * @param above least score
 */
export function rivalPeaks(
  response: Response,
  grid: ModelContract['response'],
  chosen: Peak,
  above: number,
): { readonly score: number; readonly boxInCrop: Box }[] {
  const { size, scores } = response;
  const rivals: { score: number; boxInCrop: Box }[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const score = scores[row * size + column]!;
      if (score < above || !isLocalMaximum(scores, size, row, column)) continue;
      const boxInCrop = boxOfCell(response, grid, row, column);
      if (iou(boxInCrop, chosen.boxInCrop) < 0.1) rivals.push({ score, boxInCrop });
    }
  }
  return rivals.sort((a, b) => b.score - a.score).slice(0, 4);
}

function isLocalMaximum(scores: Float32Array, size: number, row: number, column: number): boolean {
  const score = scores[row * size + column]!;
  for (let y = Math.max(0, row - 1); y <= Math.min(size - 1, row + 1); y += 1) {
    for (let x = Math.max(0, column - 1); x <= Math.min(size - 1, column + 1); x += 1)
      if (scores[y * size + x]! > score) return false;
  }
  return true;
}

/** The box that cell (row, column) sees, in crop pixels: its centre plus the four distances. */
export function boxOfCell(
  { size, distances }: Response,
  grid: ModelContract['response'],
  row: number,
  column: number,
): Box {
  const plane = size * size;
  const cell = row * size + column;
  const left = distances[cell]!;
  const top = distances[plane + cell]!;
  const right = distances[2 * plane + cell]!;
  const bottom = distances[3 * plane + cell]!;
  return {
    cx: grid.offset + column * grid.stride + (right - left) / 2,
    cy: grid.offset + row * grid.stride + (bottom - top) / 2,
    width: left + right,
    height: top + bottom,
  };
}

/** A cosine (Hann) window over the response, 1 at the crop's centre and 0 half a crop away from it. */
export function cosineWindow(grid: ModelContract['response'], cropSize: number): Float32Array {
  const { size, stride, offset } = grid;
  const profile = Float32Array.from({ length: size }, (_, index) => {
    const distance = Math.min(Math.abs((offset + index * stride) / cropSize - 0.5), 0.5);
    return 0.5 + 0.5 * Math.cos(2 * Math.PI * distance);
  });
  return Float32Array.from(
    { length: size * size },
    (_, cell) => profile[Math.floor(cell / size)]! * profile[cell % size]!,
  );
}

/** A change by r or by 1/r counts the same. */
function change(ratio: number): number {
  return Math.max(ratio, 1 / ratio);
}

function paddedSize(width: number, height: number): number {
  const pad = (width + height) / 2;
  return Math.sqrt((width + pad) * (height + pad));
}
