import { type CornerBox } from '../../../core/geometry/box.js';
import { createColourContrast } from './colour-contrast.js';
import { createContourScorer, type Window } from './contour-scorer.js';
import { groupEdges } from './edge-groups.js';
import { detectEdges } from './edge-map.js';
import { refineWindow, type ScoredWindow, slideWindows, suppressWindows } from './windows.js';
import { type YuvImage } from './yuv-image.js';

export interface EdgeProposalOptions {
  /** Shortest side of a window in pixels. */
  readonly minSide?: number;
  /** Longest side as a share of the active area's longer side. */
  readonly maxShare?: number;
  readonly maxAspect?: number;
  /** Candidates answered. */
  readonly limit?: number;
}

/** Objectness of a window: contour and colour cues apart, and together in 0..1. */
export interface EdgeCandidate extends Window {
  readonly contour: number;
  readonly contrast: number;
  readonly score: number;
}

/** Windows around closed contours that differ from their surroundings, best first, no two with an IoU over 0.55. */
export function proposeFromEdges(
  image: YuvImage,
  { minSide = 12, maxShare = 0.6, maxAspect = 3, limit = 40 }: EdgeProposalOptions = {},
): EdgeCandidate[] {
  const edges = detectEdges(image);
  const scorer = createContourScorer(edges, groupEdges(edges));
  const { active } = image;
  const windows = slideWindows(scorer, active, {
    minSide,
    maxSide: maxShare * Math.max(active.width, active.height),
    maxAspect,
    density: 0.55,
    perScale: 400,
    keep: 16,
  });
  const contrast = createColourContrast(image);
  const rate = (window: ScoredWindow): EdgeCandidate => {
    const { left, top, right, bottom, score: contour } = window;
    const colour = contrast(window);
    return {
      left,
      top,
      right,
      bottom,
      contour,
      contrast: colour,
      score: objectness(contour, colour, window) * borderFactor(window, active),
    };
  };
  const byScore = (a: EdgeCandidate, b: EdgeCandidate): number => b.score - a.score;
  const coarse = suppressWindows(windows.map(rate).sort(byScore), 0.7, 2 * limit);
  const refined = coarse
    .map(({ contour, ...window }) => rate(refineWindow(scorer, { ...window, score: contour }, active)))
    .sort(byScore);
  return suppressWindows(refined, 0.55, limit);
}

/** The contour score favours small windows by its normalisation: a gentle power of the size sets that right. */
function objectness(contour: number, contrast: number, { left, top, right, bottom }: Window): number {
  const size = Math.sqrt((right - left) * (bottom - top));
  const closed = contour * size ** 0.3;
  return (closed / (closed + 0.25)) * (0.2 + 0.8 * contrast);
}

/** No contour can cross the picture's own border: windows that lean on it look closed there without being so. */
function borderFactor({ left, top, right, bottom }: Window, active: CornerBox): number {
  const margin = 3;
  const touching = [
    left <= active.x + margin,
    top <= active.y + margin,
    right >= active.x + active.width - margin,
    bottom >= active.y + active.height - margin,
  ].filter(Boolean).length;
  return 0.55 ** touching;
}
