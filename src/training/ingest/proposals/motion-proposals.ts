import { type Component, connectedComponents, joinComponents } from './components.js';
import type { Window } from './contour-scorer.js';
import { integral, tableSum } from './integral.js';
import { type Neighbour, residualMotion } from './residual-motion.js';
import type { YuvImage } from './yuv-image.js';

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

/** Share of the picture that may move; beyond it the motion estimate is not believed. */
const maxMoving = 0.35;

const nothing: MotionResult = { candidates: [], contrast: () => 0 };

/** Boxes around what moves otherwise than the background; none when most of the picture does (the motion estimate failed). */
export function proposeFromMotion(
  image: YuvImage,
  neighbours: readonly Neighbour[],
  { minSide = 7, maxShare = 0.6, limit = 12 }: MotionProposalOptions = {},
): MotionResult {
  if (neighbours.length === 0) return nothing;
  const { width, height, active } = image;
  const residual = residualMotion(image.y, image, neighbours);
  clearOutside(residual, image);
  const moving = integral(
    residual.map((flow) => (flow > 0.5 ? 1 : 0)),
    width,
    height,
  );
  const share = (left: number, top: number, right: number, bottom: number): number =>
    tableSum(moving, width + 1, left, top, right, bottom) / Math.max(1, (right - left) * (bottom - top));
  const overall = share(active.x, active.y, active.x + active.width, active.y + active.height);
  if (overall > maxMoving) return nothing;

  const contrast = (window: Window): number => {
    const inside = share(window.left, window.top, window.right, window.bottom);
    const padX = Math.max(3, Math.round(0.35 * (window.right - window.left)));
    const padY = Math.max(3, Math.round(0.35 * (window.bottom - window.top)));
    const left = Math.max(active.x, window.left - padX);
    const top = Math.max(active.y, window.top - padY);
    const right = Math.min(active.x + active.width, window.right + padX);
    const bottom = Math.min(active.y + active.height, window.bottom + padY);
    const area = (window.right - window.left) * (window.bottom - window.top);
    const ring = (right - left) * (bottom - top) - area;
    const around = share(left, top, right, bottom) * (ring + area) - inside * area;
    return inside - (ring > 0 ? around / ring : 0);
  };
  const maxSide = maxShare * Math.max(active.width, active.height);
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

/** Residuals count only inside the active area, two pixels from its rim. */
function clearOutside(residual: Float32Array, { width, height, active }: YuvImage): void {
  for (let y = 0; y < height; y++) {
    const outside = y < active.y + 2 || y >= active.y + active.height - 2;
    if (outside) residual.fill(0, y * width, (y + 1) * width);
    else {
      residual.fill(0, y * width, y * width + active.x + 2);
      residual.fill(0, y * width + active.x + active.width - 2, (y + 1) * width);
    }
  }
}
