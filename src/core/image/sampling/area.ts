import type { Size } from '../../geometry/box.js';

/** Shrinking by more than this averages areas instead of interpolating. */
export const areaThreshold = 2;

/**
 * Which 4 x 2 pixels an area mean takes: in each of two rows, two pairs of neighbours. Eight taps keep the time bounded
 * whatever the region's size.
 */
export interface AreaTaps {
  /** Pixels from the first pair to the second. */
  readonly pairs: number;
  /** Rows from the first to the second. */
  readonly rows: number;
  /** Pixels from the first to the last of a row. */
  readonly reach: number;
}

/**
 * Taps for shrinking by `scale`. Neighbours cancel stripes one pixel wide. The pairs lie an odd multiple of two apart, as near as
 * can be to half the scale, and so cancel stripes two pixels wide; below 3 they overlap to weights 1, 2, 1.
 * The rows lie an odd number apart, again about half the scale, and cancel lines one pixel high.
 */
export function areaTaps(scale: number, { width, height }: Size): AreaTaps {
  const pairs = scale < 3 ? 1 : 2 + 4 * Math.round((scale / 2 - 2) / 4);
  const rows = 1 + 2 * Math.floor(scale / 4);
  const pairsInside = Math.max(0, Math.min(pairs, width - 2));
  return { pairs: pairsInside, rows: Math.min(rows, height - 1), reach: pairsInside + 1 };
}
