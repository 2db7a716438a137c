import { boxArea, type Box, iou, type Point, type Size } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import { followBackground } from './background-motion.js';
import { tappedPictures, type WindowFacts } from './tapped-picture.js';
import { tappedWindows } from './tapped-windows.js';
import { scoreWindow } from './window-score.js';

export interface GrowRequest {
  /** What was tapped, image pixels, inside the frame. */
  readonly point: Point;
  /** The frame that was tapped. */
  readonly frame: Frame;
  /** Frames of the same size, some tenths of a second before and after it: they show what moves. */
  readonly neighbours?: readonly Frame[];
  /** How many further taps have asked for a wider box. */
  readonly wider?: number;
}

/** A wider box has at least this many times the area. */
const widening = 1.8;

/**
 * Grows a box around a point: of all windows around it the one that looks most like a whole object, by closed outlines, contrast
 * to the surroundings, regions of like colour it does not cut, and motion that is not the background's. Where there is
 * nothing to go by, a square of an eighth of the frame's shorter side, doubled for every further tap.
 *
 * Takes some hundred milliseconds; deterministic.
 */
export function growBox({ point, frame, neighbours = [], wider = 0 }: GrowRequest): Box {
  const pictures = tappedPictures(point, frame, followBackground(frame, neighbours));
  let candidates: Candidate[] = pictures
    .flatMap((picture) => [...tappedWindows(picture)])
    .map(({ box, facts }) => ({ box, score: scoreWindow(facts), telling: isTelling(facts) }));
  let best = bestOf(candidates);
  for (let step = 0; step < wider && best; step++) {
    const least = widening * boxArea(best.box);
    candidates = candidates.filter(({ box }) => boxArea(box) >= least);
    best = bestOf(candidates);
  }
  return best?.telling ? vote(best, candidates) : plainSquare(point, frame, wider);
}

interface Candidate {
  readonly box: Box;
  readonly score: number;
  /** There is anything in the picture that speaks for it. */
  readonly telling: boolean;
}

function isTelling({ outline, motion, wholeness }: WindowFacts): boolean {
  return outline > 0.02 || motion > 0.05 || wholeness > 0.3;
}

function bestOf(candidates: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) if (best === null || candidate.score > best.score) best = candidate;
  return best;
}

/** Mean of the best window and those like it, weighted by what speaks for each: finer than the grid. */
function vote(best: Candidate, candidates: readonly Candidate[]): Box {
  const sum = { weight: 0, cx: 0, cy: 0, width: 0, height: 0 };
  for (const { box, score } of candidates) {
    if (score < best.score - 3 || iou(box, best.box) < 0.5) continue;
    const weight = Math.exp(score - best.score);
    sum.weight += weight;
    sum.cx += weight * box.cx;
    sum.cy += weight * box.cy;
    sum.width += weight * box.width;
    sum.height += weight * box.height;
  }
  const { weight, cx, cy, width, height } = sum;
  return { cx: cx / weight, cy: cy / weight, width: width / weight, height: height / weight };
}

/** The box around a point that tells nothing. */
export function plainSquare({ x, y }: Point, { width, height }: Size, wider = 0): Box {
  const side = (Math.min(width, height) / 8) * 2 ** Math.min(wider, 2);
  return { cx: x, cy: y, width: side, height: side };
}
