import type { Box, Point } from '../geometry/box.js';
import type { Frame } from '../image/frame.js';
import { followBackground } from './background-motion.js';
import { findWindow, type ScoredWindow } from './find-window.js';
import { type TappedPicture, tappedPictures } from './tapped-picture.js';

export interface GrowRequest {
  /** Image pixels. */
  readonly point: Point;
  readonly frame: Frame;
  /** Other frames of the same scene, for what moves; nearest in time first, may be empty. */
  readonly neighbours: readonly Frame[];
  /** How often the person has tapped again to say that more is meant. */
  readonly wider: number;
}

/** Every further tap asks for a box this much larger than the one before. */
const widening = 1.4;

/**
 * The box of what a person means who taps on a point: the window around it that is most like a whole object, by closed
 * contours, contrast, regions that are not cut, and motion against the background.
 */
export function growBox({ point, frame, neighbours, wider }: GrowRequest): Box {
  const pictures = tappedPictures(point, frame, followBackground(frame, neighbours));
  let box = bestOf(pictures, 0) ?? plainBox(point, frame, 1);
  for (let tap = 0; tap < wider; tap += 1) {
    const side = widening * Math.sqrt(box.width * box.height);
    box = bestOf(pictures, side) ?? plainBox(point, frame, side / (Math.min(frame.width, frame.height) / 8));
  }
  return box;
}

/** The best window over all pictures whose mean side is at least `side` image pixels. */
function bestOf(pictures: readonly TappedPicture[], side: number): Box | null {
  let best: (ScoredWindow & { readonly box: Box }) | null = null;
  for (const picture of pictures) {
    const scale = picture.toImage({ left: 0, top: 0, right: 1, bottom: 1 }).width;
    const found = findWindow(picture, side / scale);
    if (found && (!best || found.score > best.score)) best = { ...found, box: picture.toImage(found.window) };
  }
  return best?.box ?? null;
}

/** A square around the point, where nothing is told apart. */
function plainBox({ x, y }: Point, { width, height }: Frame, factor: number): Box {
  const side = Math.min((Math.min(width, height) / 8) * factor, Math.min(width, height));
  return { cx: x, cy: y, width: side, height: side };
}
