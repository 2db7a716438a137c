import { type Box, iou, type Point } from '../../core/geometry/box.js';
import { trackPoints } from '../../core/motion/lucas-kanade.js';
import { buildPyramid, type Pyramid } from '../../core/motion/pyramid.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';

/** Grey pyramids of one clip's frames, the latest kept. */
export function pyramidReader(store: FrameStore, clip: StoredClip, keep = 40): (index: number) => Pyramid {
  const known = new Map<number, Pyramid>();
  return (index) => {
    const pyramid = known.get(index) ?? buildPyramid(store.readFrame(clip, index).planes[0]!.data, clip);
    if (!known.has(index) && known.size >= keep) known.delete(known.keys().next().value!);
    known.set(index, pyramid);
    return pyramid;
  };
}

/** Points per side of the grid that carries a box. */
const gridSide = 7;
/** Points that must be left. */
const fewest = 10;
/** Largest mean difference of a point's patch, grey levels. */
const largestError = 12;

/**
 * Median flow (Kalal, Mikolajczyk, Matas 2010): a grid of points followed from frame to frame, of which the half with the
 * smaller error moves and scales the box.
 * @returns the box in every frame from `from` to `to` (either direction), up to where it is lost.
 */
export function medianFlow(read: (index: number) => Pyramid, from: number, to: number, box: Box): Box[] {
  const boxes = [box];
  const direction = Math.sign(to - from);
  for (let frame = from; direction !== 0 && frame !== to; frame += direction) {
    const next = flowStep(read(frame), read(frame + direction), boxes.at(-1)!);
    if (!next) break;
    boxes.push(next);
  }
  return boxes;
}

/**
 * Where a box has gone after `interval` frames, if flow there and back agree: the overlap where it began and the mean over
 * the way reach `agreement`. Null when they do not.
 */
export function flowTruth(
  read: (index: number) => Pyramid,
  { start, interval, box }: { readonly start: number; readonly interval: number; readonly box: Box },
  agreement = 0.8,
): Box | null {
  const there = medianFlow(read, start, start + interval, box);
  if (there.length !== interval + 1) return null;
  const back = medianFlow(read, start + interval, start, there[interval]!);
  if (back.length !== interval + 1) return null;
  const overlaps = there.map((one, i) => iou(one, back[interval - i]!));
  const mean = overlaps.reduce((sum, value) => sum + value, 0) / overlaps.length;
  return overlaps[0]! >= agreement && mean >= agreement ? there[interval]! : null;
}

function flowStep(from: Pyramid, to: Pyramid, box: Box): Box | null {
  const points = gridOf(box);
  const moved = trackPoints(from, to, points);
  const errors = moved.map(({ error }) => error);
  const bound = Math.min(largestError, median(errors.filter(Number.isFinite)));
  const kept = points.flatMap((point, i) => (errors[i]! <= bound ? [{ from: point, to: moved[i]! }] : []));
  if (kept.length < fewest) return null;
  const scale = medianScale(kept);
  return {
    cx: box.cx + median(kept.map((one) => one.to.x - one.from.x)),
    cy: box.cy + median(kept.map((one) => one.to.y - one.from.y)),
    width: box.width * scale,
    height: box.height * scale,
  };
}

/** Points over the middle four fifths of the box. */
function gridOf({ cx, cy, width, height }: Box): Point[] {
  const at = (i: number): number => 0.8 * ((i + 0.5) / gridSide - 0.5);
  return Array.from({ length: gridSide ** 2 }, (_, i) => ({
    x: cx + at(i % gridSide) * width,
    y: cy + at(Math.floor(i / gridSide)) * height,
  }));
}

/** Median ratio of the distances between points after and before. */
function medianScale(kept: readonly { readonly from: Point; readonly to: Point }[]): number {
  const ratios: number[] = [];
  for (const [i, a] of kept.entries()) {
    for (const b of kept.slice(i + 1)) {
      const before = Math.hypot(a.from.x - b.from.x, a.from.y - b.from.y);
      ratios.push(Math.hypot(a.to.x - b.to.x, a.to.y - b.to.y) / before);
    }
  }
  return median(ratios);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
