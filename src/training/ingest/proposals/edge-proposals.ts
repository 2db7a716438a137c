import type { CornerBox } from '../../../core/geometry/box.js';
import { createColourContrast } from '../../../core/objectness/colour-contrast.js';
import {
  type ContourScorer,
  createContourScorer,
  type Window,
} from '../../../core/objectness/contour-scorer.js';
import { groupEdges } from '../../../core/objectness/edge-groups.js';
import { detectEdges } from '../../../core/objectness/edge-map.js';
import { refineWindow, type ScoredWindow, slideWindows, suppressWindows } from './windows.js';
import type { YuvImage } from '../../../core/objectness/yuv-image.js';

export interface EdgeProposalOptions {
  /** Shortest side of a window in pixels. */
  readonly minSide?: number;
  /** Longest side as a share of the active area's longer side. */
  readonly maxShare?: number;
  readonly maxAspect?: number;
  /** Candidates answered. */
  readonly limit?: number;
}

interface Cues {
  /** Contour score: see ContourScorer. */
  readonly contour: number;
  /** See ColourContrast. */
  readonly contrast: number;
  /** See ContourScorer. */
  readonly isolation: number;
}

/** A window, its cues, and the objectness they make together, in 0..1. */
export interface EdgeCandidate extends Window, Cues {
  readonly score: number;
}

/** Windows around closed contours that differ from their surroundings, best first, no two with an IoU over 0.55. */
export function proposeFromEdges(
  image: YuvImage,
  { minSide = 12, maxShare = 0.6, maxAspect = 3, limit = 36 }: EdgeProposalOptions = {},
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
    const cues = { contour, contrast: contrast(window), isolation: scorer.isolation(window, active) };
    return {
      left,
      top,
      right,
      bottom,
      ...cues,
      score: objectness(cues, window) * borderFactor(window, active),
    };
  };
  const byScore = (a: EdgeCandidate, b: EdgeCandidate): number => b.score - a.score;
  const coarse = suppressWindows(windows.map(rate).sort(byScore), 0.6, Math.round(1.5 * limit));
  const refined = coarse.map((candidate) => {
    const { left, top, right, bottom } = refineWindow(scorer, fitted(scorer, candidate, active), active);
    const best = rate(fitted(scorer, { left, top, right, bottom }, active));
    return { ...best, ...scorer.trim(best) };
  });
  refined.sort(byScore);
  return suppressWindows(refined, 0.55, limit);
}

/**
 * Contours must close, and the window must stand out by its colours or by having edges where its surroundings have fewer: else it is
 * a piece of texture. The contour score favours small windows by its normalisation: a gentle power of the size sets that right.
 */
function objectness({ contour, contrast, isolation }: Cues, { left, top, right, bottom }: Window): number {
  const size = Math.sqrt((right - left) * (bottom - top));
  const closed = contour * size ** 0.3;
  const distinct = 1 - (1 - contrast) * (1 - 0.7 * Math.max(0, isolation));
  return (closed / (closed + 0.25)) * distinct;
}

/** Two pixels around what the window holds: a contour on the border itself would count as crossing it. */
function fitted(scorer: ContourScorer, window: Window, area: CornerBox): ScoredWindow {
  const tight = scorer.trim(window);
  const left = Math.max(area.x, tight.left - 2);
  const top = Math.max(area.y, tight.top - 2);
  const right = Math.min(area.x + area.width, tight.right + 2);
  const bottom = Math.min(area.y + area.height, tight.bottom + 2);
  return { left, top, right, bottom, score: scorer.score(left, top, right, bottom) };
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
