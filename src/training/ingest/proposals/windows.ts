import type { CornerBox } from '../../../core/geometry/box.js';
import type { ContourScorer, Window } from '../../../core/objectness/contour-scorer.js';

export interface ScoredWindow extends Window {
  readonly score: number;
}

export interface WindowOptions {
  /** Shortest side, pixels. */
  readonly minSide: number;
  /** Longest side, pixels. */
  readonly maxSide: number;
  readonly maxAspect: number;
  /** Overlap (IoU) of neighbouring windows; more is denser. */
  readonly density: number;
  /** Windows scored in full per scale: those with the highest bound. */
  readonly perScale: number;
  /** Best windows kept per scale. */
  readonly keep: number;
}

/**
 * Sliding windows over positions, scales and aspect ratios, each a step of constant overlap apart (Zitnick & Dollar 2014, section 3.3).
 * Bounds are cheap and taken everywhere; only the most promising windows of each scale are scored.
 */
export function slideWindows(scorer: ContourScorer, area: CornerBox, options: WindowOptions): ScoredWindow[] {
  const { minSide, maxSide, maxAspect, density } = options;
  const scaleStep = Math.sqrt(1 / density);
  const aspectStep = (1 + density) / (2 * density);
  const aspectSteps = Math.floor(Math.log(maxAspect) / Math.log(aspectStep));
  const found: ScoredWindow[] = [];
  const sweep: Sweep = { count: 0, bounds: new Float32Array(16384), corners: new Int16Array(65536) };
  for (let scale = minSide; scale <= maxSide; scale *= scaleStep) {
    const shapes: { width: number; height: number }[] = [];
    for (let k = -aspectSteps; k <= aspectSteps; k++) {
      const root = Math.sqrt(aspectStep ** k);
      const width = Math.round(scale * root);
      const height = Math.round(scale / root);
      const fits = Math.max(width, height) <= maxSide && width <= area.width && height <= area.height;
      if (Math.min(width, height) >= 0.6 * minSide && fits) shapes.push({ width, height });
    }
    found.push(...bestOfScale(scorer, area, shapes, sweep, options));
  }
  return found;
}

/** Windows of one scale with their bounds; buffers serve all scales of a picture. */
interface Sweep {
  count: number;
  bounds: Float32Array;
  /** left, top, right, bottom of each. */
  corners: Int16Array;
}

function bestOfScale(
  scorer: ContourScorer,
  area: CornerBox,
  shapes: readonly { width: number; height: number }[],
  sweep: Sweep,
  { density, perScale, keep }: WindowOptions,
): ScoredWindow[] {
  const step = (1 - density) / (1 + density);
  sweep.count = 0;
  for (const { width, height } of shapes) {
    const stepX = Math.max(1, step * width);
    const stepY = Math.max(1, step * height);
    const lastX = area.x + area.width - width;
    const lastY = area.y + area.height - height;
    reserve(sweep, Math.ceil((lastX - area.x + 1) / stepX + 1) * Math.ceil((lastY - area.y + 1) / stepY + 1));
    for (let y = area.y; y <= lastY; y += stepY)
      scorer.sweepRow(area.x, lastX, stepX, y | 0, width, height, sweep);
  }
  const { bounds, corners, count } = sweep;
  // the most promising first: what cannot come near the best need not be finished
  const enough = quantileFloor(bounds.subarray(0, count), perScale);
  const order: number[] = [];
  for (let i = 0; i < count; i++) if (bounds[i]! >= enough) order.push(i);
  order.sort((a, b) => bounds[b]! - bounds[a]!);
  const scored: ScoredWindow[] = [];
  let floor = 0;
  for (const i of order) {
    if (bounds[i]! < floor) break;
    const at = 4 * i;
    const [left, top, right, bottom] = [corners[at]!, corners[at + 1]!, corners[at + 2]!, corners[at + 3]!];
    const score = scorer.score(left, top, right, bottom, floor);
    if (score <= 0) continue;
    scored.push({ left, top, right, bottom, score });
    floor = Math.max(floor, 0.3 * score);
  }
  scored.sort((a, b) => b.score - a.score);
  return suppressWindows(scored, 0.7, keep);
}

function reserve(sweep: Sweep, more: number): void {
  const needed = sweep.count + more;
  if (needed <= sweep.bounds.length) return;
  const bounds = new Float32Array(2 * needed);
  const corners = new Int16Array(8 * needed);
  bounds.set(sweep.bounds);
  corners.set(sweep.corners);
  sweep.bounds = bounds;
  sweep.corners = corners;
}

/** A value that about `count` of the bounds reach, from a histogram. */
function quantileFloor(bounds: Float32Array, count: number): number {
  if (bounds.length <= count) return 0;
  let peak = 0;
  for (const bound of bounds) if (bound > peak) peak = bound;
  const bins = new Int32Array(257);
  for (const bound of bounds) bins[Math.floor((bound / peak) * 256)]!++;
  let above = 0;
  let bin = 256;
  while (bin > 0 && above + bins[bin]! <= count) above += bins[bin--]!;
  return ((bin + 1) / 256) * peak;
}

/**
 * Greedy search: moves each side by a step that halves, as long as the contour score rises (section 3.3); here also as long as the
 * window becomes more isolated, which takes slack off.
 */
export function refineWindow(scorer: ContourScorer, window: ScoredWindow, area: CornerBox): ScoredWindow {
  const right = area.x + area.width;
  const bottom = area.y + area.height;
  let best = window;
  let bestValue = window.score * (1 + scorer.isolation(window, area));
  const attempt = (candidate: Window): void => {
    const { left, top } = candidate;
    const inside = left >= area.x && top >= area.y && candidate.right <= right && candidate.bottom <= bottom;
    if (!inside || candidate.right - left < 8 || candidate.bottom - top < 8) return;
    const factor = 1 + scorer.isolation(candidate, area);
    const score = scorer.score(left, top, candidate.right, candidate.bottom, bestValue / factor);
    if (score * factor <= bestValue) return;
    best = { ...candidate, score };
    bestValue = score * factor;
  };
  let stepX = Math.max(1, (window.right - window.left) >> 3);
  let stepY = Math.max(1, (window.bottom - window.top) >> 3);
  for (;;) {
    for (const sign of [-1, 1]) {
      attempt({ ...best, left: best.left + sign * stepX });
      attempt({ ...best, right: best.right + sign * stepX });
      attempt({ ...best, top: best.top + sign * stepY });
      attempt({ ...best, bottom: best.bottom + sign * stepY });
    }
    if (stepX <= 1 && stepY <= 1) return best;
    stepX = Math.max(1, stepX >> 1);
    stepY = Math.max(1, stepY >> 1);
  }
}

/** Greedy non-maximum suppression by IoU; the input is in order of preference. */
export function suppressWindows<T extends Window>(
  windows: readonly T[],
  maxOverlap: number,
  limit = Infinity,
): T[] {
  const kept: T[] = [];
  for (const window of windows) {
    if (kept.length >= limit) break;
    if (kept.every((other) => windowIou(window, other) <= maxOverlap)) kept.push(window);
  }
  return kept;
}

function windowIou(a: Window, b: Window): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const area = (w: Window): number => (w.right - w.left) * (w.bottom - w.top);
  return shared / (area(a) + area(b) - shared);
}
