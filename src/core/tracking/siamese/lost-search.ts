import type { Point, Size } from '../../geometry/box.js';
import type { CropRegion } from '../../geometry/crop-region.js';

export interface LostSearchOptions {
  /** The region around the last place is this much wider, on every second look. */
  readonly widen: number;
}

/**
 * Where to look on the n-th look (from 0) for a target that is lost: one region a frame. Every second look goes to
 * where it was last believed, plain and wider by turns; the others walk rings of tiles around that place, nearest
 * first, until they have covered the frame, and begin again.
 *
 * @param last the region it was last searched in, image pixels
 */
export function lostSearchRegion(
  last: CropRegion,
  frame: Size,
  look: number,
  { widen }: LostSearchOptions,
): CropRegion {
  if (look % 2 === 0) return { ...last, side: last.side * (look % 4 === 0 ? 1 : widen) };
  const tiles = ringTiles(last, frame);
  const tile = tiles[Math.floor(look / 2) % tiles.length] ?? { x: last.cx, y: last.cy };
  return { cx: tile.x, cy: tile.y, side: last.side };
}

/** Centres of tiles half a region apart whose centres lie in the frame, ring by ring outwards; the middle one left out. */
function ringTiles({ cx, cy, side }: CropRegion, frame: Size): Point[] {
  const step = side / 2;
  const rings = Math.ceil(Math.max(frame.width, frame.height) / step);
  const tiles: (Point & { readonly ring: number })[] = [];
  for (let row = -rings; row <= rings; row += 1) {
    for (let column = -rings; column <= rings; column += 1) {
      const [x, y] = [cx + column * step, cy + row * step];
      const inside = x >= 0 && y >= 0 && x <= frame.width && y <= frame.height;
      if (inside && (row !== 0 || column !== 0))
        tiles.push({ x, y, ring: Math.max(Math.abs(row), Math.abs(column)) });
    }
  }
  return tiles.sort((a, b) => a.ring - b.ring);
}
