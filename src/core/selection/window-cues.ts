import { createColourContrast } from '../objectness/colour-contrast.js';
import { createContourScorer, type Window } from '../objectness/contour-scorer.js';
import { groupEdges } from '../objectness/edge-groups.js';
import { detectEdges } from '../objectness/edge-map.js';
import { measureMotion } from '../objectness/motion-contrast.js';
import type { Neighbour } from '../objectness/residual-motion.js';
import { segment } from '../objectness/segments.js';
import { createStraddling } from '../objectness/straddling.js';
import type { YuvImage } from '../objectness/yuv-image.js';

/** What speaks for a window to hold a whole object and nothing else. */
export interface WindowCues {
  /** Closed contours inside (0..1), times the colours' contrast to the surroundings (0..1). */
  readonly outline: number;
  /** More edges inside than around: 0..1. */
  readonly isolation: number;
  /** Share that moves otherwise than the background, less that of the surroundings: 0..1. */
  readonly motion: number;
  /** Regions of like colour lie wholly inside or outside: up to 1, below 0 when hardly any does. */
  readonly wholeness: number;
}

/** Cues of any window of a picture. Takes some hundred milliseconds to make for 400 x 400 pixels, and 50 us a window. */
export function createWindowCues(
  picture: YuvImage,
  neighbours: readonly Neighbour[],
): (window: Window) => WindowCues {
  const edges = detectEdges(picture);
  const scorer = createContourScorer(edges, groupEdges(edges));
  const contrast = createColourContrast(picture);
  const straddling = createStraddling(segment(picture), picture.width);
  const motion = measureMotion(picture, neighbours);
  return (window) => {
    const { left, top, right, bottom } = window;
    const size = Math.sqrt((right - left) * (bottom - top));
    // the contour score favours small windows by its normalisation: a gentle power of the size sets that right
    const closed = scorer.score(left, top, right, bottom) * size ** 0.3;
    return {
      outline: (closed / (closed + 0.25)) * contrast(window),
      isolation: Math.max(0, scorer.isolation(window, picture.active)),
      motion: Math.max(0, motion?.contrast(window) ?? 0),
      wholeness: straddling(window),
    };
  };
}
