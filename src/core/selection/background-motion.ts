import type { Frame } from '../image/frame.js';
import { lumaThumbnail } from '../image/luma-thumbnail.js';
import { estimateGlobalMotion } from '../motion/global-motion.js';
import { invertMatrix, type Matrix3, multiplyMatrices } from '../motion/matrix.js';

/** Another frame of the same scene, and the matrix that takes points of this frame's background to points of it; image pixels. */
export interface BackgroundMotion {
  readonly neighbour: Frame;
  readonly matrix: Matrix3;
}

const longSide = 640;

/** Those of the neighbours, at most `limit`, whose background could be followed: enough corners that agree. */
export function followBackground(frame: Frame, neighbours: readonly Frame[], limit = 2): BackgroundMotion[] {
  if (neighbours.length === 0) return [];
  const own = lumaThumbnail(frame, longSide);
  const toImage: Matrix3 = [own.scale, 0, 0, 0, own.scale, 0, 0, 0, 1];
  const found: BackgroundMotion[] = [];
  for (const neighbour of neighbours) {
    if (found.length === limit) break;
    const other = lumaThumbnail(neighbour, longSide);
    const { matrix, inlierShare, points } = estimateGlobalMotion(own.data, other.data, own);
    if (inlierShare < 0.25 || inlierShare * points < 16) continue;
    found.push({ neighbour, matrix: inOtherCoordinates(matrix, toImage) });
  }
  return found;
}

/** The same map in other coordinates: `change` takes the old ones to the new. */
export function inOtherCoordinates(matrix: Matrix3, change: Matrix3): Matrix3 {
  return multiplyMatrices(change, multiplyMatrices(matrix, invertMatrix(change)));
}
