import { type Component, connectedComponents, joinComponents } from './components.js';
import type { Window } from '../../../core/objectness/contour-scorer.js';
import { maxMoving, measureMotion } from '../../../core/objectness/motion-contrast.js';
import type { Neighbour } from '../../../core/objectness/residual-motion.js';
import type { YuvImage } from '../../../core/objectness/yuv-image.js';

export interface MotionCandidate extends Window {
  /** 0..1. */
  readonly score: number;
}

export interface MotionResult {
  readonly candidates: readonly MotionCandidate[];
  /** Share of a window's pixels that move, less that of the ring around it: -1..1. */
  readonly contrast: (window: Window) => number;
}

export interface MotionProposalOptions {
  readonly minSide?: number;
  /** Longest side as a share of the active area's longer side. */
  readonly maxShare?: number;
  readonly limit?: number;
}

const nothing: MotionResult = { candidates: [], contrast: () => 0 };

/** Boxes around what moves otherwise than the background; none when most of the picture does (the motion estimate failed). */
export function proposeFromMotion(
  image: YuvImage,
  neighbours: readonly Neighbour[],
  { minSide = 7, maxShare = 0.6, limit = 12 }: MotionProposalOptions = {},
): MotionResult {
  const motion = measureMotion(image, neighbours);
  if (!motion) return nothing;
  const { residual, overall, contrast } = motion;
  const maxSide = maxShare * Math.max(image.active.width, image.active.height);
  // where much moves (water, leaves, a wrong estimate) a single piece says less
  const calm = 1 - overall / maxMoving;
  // specks of one or two pixels are noise; close pieces belong together: joined they give whole objects, alone their parts
  const pieces = connectedComponents(residual, image, { low: 0.4, high: 1 }).filter(
    ({ pixels }) => pixels >= 4,
  );
  const joined = joinComponents(pieces, 2);
  const alone = pieces.length === joined.length ? [] : pieces;
  const candidates = [...joined, ...alone]
    .filter((c) => plausible(c, minSide, maxSide))
    .map((c) => ({ ...grow(c, image, minSide), score: calm * scoreOf(c, contrast(c)) }))
    .filter(({ score }) => score > 0.1)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit);
  return { candidates, contrast };
}

function plausible(
  { left, top, right, bottom, pixels }: Component,
  minSide: number,
  maxSide: number,
): boolean {
  const width = right - left;
  const height = bottom - top;
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  // thin slivers are misaligned edges (parallax), not objects
  return (
    long >= minSide && long <= maxSide && short >= 4 && long <= 4 * short && pixels >= 0.2 * width * height
  );
}

/** Grows with how much more moves inside than around, how much of the box moves, how far, and (one speck is noise) the size. */
function scoreOf({ left, top, right, bottom, pixels, mass }: Component, contrast: number): number {
  const saturate = (value: number, half: number): number => Math.max(0, value) / (Math.max(0, value) + half);
  const area = (right - left) * (bottom - top);
  return (
    saturate(contrast, 0.15) *
    saturate(pixels / area, 0.15) *
    saturate(mass / pixels, 0.25) *
    saturate(Math.sqrt(area), 6)
  );
}

/** One pixel of margin (the 3x3 means bled outwards by about as much as the object's rim stayed quiet), at least `minSide`. */
function grow({ left, top, right, bottom }: Component, { active }: YuvImage, minSide: number): Window {
  const padX = Math.max(0, Math.ceil((minSide - (right - left)) / 2));
  const padY = Math.max(0, Math.ceil((minSide - (bottom - top)) / 2));
  return {
    left: Math.max(active.x, left - padX),
    top: Math.max(active.y, top - padY),
    right: Math.min(active.x + active.width, right + padX),
    bottom: Math.min(active.y + active.height, bottom + padY),
  };
}
