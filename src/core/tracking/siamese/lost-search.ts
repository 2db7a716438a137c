import type { Point, Size } from '../../geometry/box.js';
import type { CropRegion } from '../../geometry/crop-region.js';

export interface LostSearchOptions {
  /** The region around the last place is this much wider, on every fourth look. */
  readonly widen: number;
}

/**
 * Where to look for a target that is lost: one region a frame. Every second look goes to where it was last believed,
 * plain and wider by turns; the others walk rings of tiles around that place, nearest first, until they have covered
 * the frame, and begin again.
 *
 * @param last the region it was last searched in, image pixels
 */
export function* lostSearchRegions(
  last: CropRegion,
  frame: Size,
  { widen }: LostSearchOptions,
): Generator<CropRegion, never> {
  for (;;) {
    let wide = false;
    for (const tile of ringTiles(last, frame)) {
      yield { ...last, side: last.side * (wide ? widen : 1) };
      wide = !wide;
      yield { cx: tile.x, cy: tile.y, side: last.side };
    }
  }
}

/** Centres of tiles half a region apart that lie in the frame, ring by ring outwards; the last place itself when there is none. */
function* ringTiles({ cx, cy, side }: CropRegion, frame: Size): Generator<Point> {
  const step = side / 2;
  const rings = Math.ceil(Math.max(frame.width, frame.height) / step);
  let found = false;
  for (let ring = 1; ring <= rings; ring += 1) {
    for (const [column, row] of ringCells(ring)) {
      const [x, y] = [cx + column * step, cy + row * step];
      if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
      found = true;
      yield { x, y };
    }
  }
  if (!found) yield { x: cx, y: cy };
}

/** The cells at Chebyshev distance `ring` from the origin: top and bottom rows, then the sides between them. */
function* ringCells(ring: number): Generator<readonly [column: number, row: number]> {
  for (let i = -ring; i <= ring; i += 1) {
    yield [i, -ring];
    yield [i, ring];
    if (Math.abs(i) === ring) continue;
    yield [-ring, i];
    yield [ring, i];
  }
}
