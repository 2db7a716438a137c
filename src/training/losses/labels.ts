import type { Box } from '../../core/geometry/box.js';
import type { NetworkGeometry } from '../network/spec.js';

/** What the head should answer for a batch; row-major [batch, cells, cells(, 4)]. */
export interface ResponseLabels {
  /** Positive cells share 1 among them in every sample. */
  readonly positive: Float32Array;
  /** 1 on background cells, 0 on positive and on ignored ones. */
  readonly negative: Float32Array;
  /** Left, top, right, bottom distances in cells; meaningful on positive cells. Negative beside a target smaller than a cell. */
  readonly distances: Float32Array;
}

/**
 * Labels by ellipses around the true box, as in Ocean (Zhang et al. 2020, sec. 3.2) and NanoTrack: cells inside the
 * half-size ellipse are positive, cells outside the full ellipse negative, those between are ignored. A target smaller
 * than a cell still has the cell nearest to its centre.
 *
 * @param boxes true boxes in crop pixels, one per sample
 */
export function responseLabels(boxes: readonly Box[], geometry: NetworkGeometry): ResponseLabels {
  const { searchCells: cells, stride, offset } = geometry;
  const plane = cells * cells;
  const positive = new Float32Array(boxes.length * plane);
  const negative = new Float32Array(boxes.length * plane);
  const distances = new Float32Array(boxes.length * plane * 4);
  boxes.forEach((box, sample) => {
    const nearest = nearestCell(box, geometry);
    let count = 0;
    for (let cell = 0; cell < plane; cell += 1) {
      const at = sample * plane + cell;
      const dx = offset + (cell % cells) * stride - box.cx;
      const dy = offset + Math.floor(cell / cells) * stride - box.cy;
      const radius = Math.hypot(dx / (box.width / 2), dy / (box.height / 2));
      if (radius <= 0.5 || cell === nearest) {
        positive[at] = 1;
        count += 1;
      } else if (radius > 1) {
        negative[at] = 1;
      }
      const sides = [box.width / 2 + dx, box.height / 2 + dy, box.width / 2 - dx, box.height / 2 - dy];
      sides.forEach((side, k) => (distances[at * 4 + k] = side / stride));
    }
    for (let cell = 0; cell < plane; cell += 1) positive[sample * plane + cell]! /= count;
  });
  return { positive, negative, distances };
}

function nearestCell({ cx, cy }: Box, { searchCells, stride, offset }: NetworkGeometry): number {
  const index = (centre: number): number =>
    Math.min(Math.max(Math.round((centre - offset) / stride), 0), searchCells - 1);
  return index(cy) * searchCells + index(cx);
}
