import type { Box, Size } from '../geometry/box.js';
import { createRandom } from '../random.js';
import { detectCorners } from './corners.js';
import { fitTransform, type Match, similarityFromTwo } from './fit.js';
import { trackPoints } from './lucas-kanade.js';
import { applyMatrix, identityMatrix, type Matrix3 } from './matrix.js';
import { buildPyramid, type Pyramid } from './pyramid.js';

export interface GlobalMotion {
  /** Takes a point of the previous picture to its place in the current one, if it belongs to the background. */
  readonly matrix: Matrix3;
  /** Share of the followed corners that obey the matrix; 0 (with the identity) when too few could be followed. */
  readonly inlierShare: number;
  /** Corners that could be followed. */
  readonly points: number;
}

export interface GlobalMotionOptions {
  readonly maxCorners?: number;
  /** A corner obeys the motion when it lies within this many pixels of the predicted place. */
  readonly tolerance?: number;
  /** Boxes of the previous picture whose motion is not the camera's (the tracked target). */
  readonly ignore?: readonly Box[];
}

/**
 * Motion of the camera between two grey pictures of the same size (tightly packed, 0..255): corners followed by
 * pyramidal Lucas-Kanade, a similarity by RANSAC (Fischler & Bolles 1981), then affine and, where it pays, a homography
 * by iteratively reweighted least squares with Cauchy weights. Deterministic.
 */
export function estimateGlobalMotion(
  previousLuma: Uint8Array,
  currentLuma: Uint8Array,
  size: Size,
  options: GlobalMotionOptions = {},
): GlobalMotion {
  return estimateFromPyramids(buildPyramid(previousLuma, size), buildPyramid(currentLuma, size), options);
}

/** The same for callers that keep the pyramids from one picture to the next. */
export function estimateFromPyramids(
  previous: Pyramid,
  current: Pyramid,
  { maxCorners = 160, tolerance = 1.5, ignore = [] }: GlobalMotionOptions = {},
): GlobalMotion {
  const matches = followCorners(previous, current, maxCorners, ignore);
  const failed = { matrix: identityMatrix, inlierShare: 0, points: matches.length };
  if (matches.length < 8) return failed;
  const coarse = ransacSimilarity(matches, 2 * tolerance);
  if (!coarse) return failed;
  // affine first: a homography has room to bend around a few outliers
  const affine = reweight(matches, coarse, 'affine', tolerance);
  const homography = reweight(matches, affine, 'homography', tolerance);
  const [countAffine, countHomography] = [affine, homography].map((m) =>
    countInliers(matches, m, tolerance),
  ) as [number, number];
  const pays = countHomography >= 16 && countHomography > 1.05 * countAffine;
  return {
    matrix: pays ? homography : affine,
    inlierShare: (pays ? countHomography : countAffine) / matches.length,
    points: matches.length,
  };
}

function followCorners(
  previous: Pyramid,
  current: Pyramid,
  maxCorners: number,
  ignore: readonly Box[],
): Match[] {
  // corners of the half-size level: a quarter of the work, and less of the noise
  const level = Math.min(1, previous.length - 1);
  const scale = 2 ** level;
  const corners = detectCorners(previous[level]!, {
    maxCorners,
    ignore: ignore.map(({ cx, cy, width, height }) => ({
      cx: cx / scale,
      cy: cy / scale,
      width: width / scale,
      height: height / scale,
    })),
  }).map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  const followed = trackPoints(previous, current, corners);
  return corners.flatMap((from, index) => {
    const { x, y, error } = followed[index]!;
    return error < 16 ? [{ from, to: { x, y } }] : [];
  });
}

function ransacSimilarity(matches: readonly Match[], tolerance: number, trials = 120): Matrix3 | null {
  const random = createRandom(matches.length);
  let best: Matrix3 | null = null;
  let bestCount = 0;
  for (let trial = 0; trial < trials; trial++) {
    const a = random.pick(matches);
    const model = similarityFromTwo(a, random.pick(matches));
    if (!model || Math.abs(Math.log(Math.hypot(model[0], model[3]))) > 0.5) continue;
    const count = countInliers(matches, model, tolerance);
    if (count > bestCount) [best, bestCount] = [model, count];
    if (bestCount > 0.9 * matches.length) break;
  }
  return bestCount >= 4 ? best : null;
}

/** Iteratively reweighted least squares with Cauchy weights, cut off at three tolerances. */
function reweight(
  matches: readonly Match[],
  start: Matrix3,
  model: 'affine' | 'homography',
  tolerance: number,
): Matrix3 {
  let matrix = start;
  const weights = new Float64Array(matches.length);
  for (let iteration = 0; iteration < 6; iteration++) {
    matches.forEach((match, index) => {
      const ratio = distance(match, matrix) / tolerance;
      weights[index] = ratio > 3 ? 0 : 1 / (1 + ratio * ratio);
    });
    const fitted = fitTransform(matches, weights, model);
    if (!fitted) break;
    matrix = fitted;
  }
  return matrix;
}

function countInliers(matches: readonly Match[], matrix: Matrix3, tolerance: number): number {
  let count = 0;
  for (const match of matches) if (distance(match, matrix) <= tolerance) count++;
  return count;
}

function distance({ from, to }: Match, matrix: Matrix3): number {
  const predicted = applyMatrix(matrix, from);
  return Math.hypot(predicted.x - to.x, predicted.y - to.y);
}
