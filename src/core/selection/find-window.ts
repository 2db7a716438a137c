import type { Window } from '../objectness/contour-scorer.js';
import type { TappedPicture } from './tapped-picture.js';

/** A window and how well it is an object around the tapped point. */
export interface ScoredWindow {
  readonly window: Window;
  readonly score: number;
}

/** Ratios of successive sizes, and the widths over heights, that are tried. */
const sizeRatio = 1.3;
const aspects = [0.35, 0.5, 0.71, 1, 1.41, 2, 2.8];
/** Places of the point in the window, in sides from its centre. */
const offsets = [-0.22, 0, 0.22];
/** Shares of a side by which the borders of the best windows are moved, each by itself. */
const steps = [0.12, 0.05];

/**
 * The window around the tapped point that is most like a whole object: every size, aspect and place of a coarse grid, then
 * the best few refined border by border.
 *
 * @param atLeast least mean side, picture pixels
 * @returns null when the picture has no room for a window of that size
 */
export function findWindow(picture: TappedPicture, atLeast = 0): ScoredWindow | null {
  const rated: ScoredWindow[] = [];
  for (let side = Math.max(picture.least, atLeast); side <= picture.most; side *= sizeRatio) {
    for (const aspect of aspects) {
      const [width, height] = [side * Math.sqrt(aspect), side / Math.sqrt(aspect)];
      for (const dx of offsets) {
        for (const dy of offsets) {
          const window = around(picture, dx * width, dy * height, width, height);
          if (window) rated.push({ window, score: scoreOf(picture, window) });
        }
      }
    }
  }
  rated.sort((a, b) => b.score - a.score);
  const refined = rated.slice(0, 4).map((start) => refine(picture, start, atLeast));
  return refined.sort((a, b) => b.score - a.score)[0] ?? null;
}

/** Weighted sum of the cues; very small, very large, very long and off-centre windows are less likely to be meant. */
function scoreOf(picture: TappedPicture, window: Window): number {
  const { left, top, right, bottom } = window;
  const { point } = picture;
  const offCentre =
    ((point.x - (left + right) / 2) / (right - left)) ** 2 +
    ((point.y - (top + bottom) / 2) / (bottom - top)) ** 2;
  const facts = picture.factsOf(window, offCentre < 1e-3);
  const { outline, isolation, motion, wholeness, logSize, logAspect } = facts;
  const typical = Math.log(0.13);
  return (
    1.2 * outline +
    0.6 * isolation +
    1.5 * motion +
    0.8 * Math.max(wholeness, -0.5) -
    0.12 * (logSize - typical) ** 2 -
    0.15 * logAspect ** 2 -
    1.5 * offCentre
  );
}

/** Whole pixels, the tapped point off its centre by (dx, dy); null when it leaves the picture or is too small. */
function around(
  { point, width: pictureWidth, height: pictureHeight }: TappedPicture,
  dx: number,
  dy: number,
  width: number,
  height: number,
): Window | null {
  const left = Math.max(0, Math.round(point.x - dx - width / 2));
  const top = Math.max(0, Math.round(point.y - dy - height / 2));
  const right = Math.min(pictureWidth, Math.round(point.x - dx + width / 2));
  const bottom = Math.min(pictureHeight, Math.round(point.y - dy + height / 2));
  return right - left < 4 || bottom - top < 4 ? null : { left, top, right, bottom };
}

/** Moves one border at a time as long as it helps. */
function refine(picture: TappedPicture, start: ScoredWindow, atLeast: number): ScoredWindow {
  let best = start;
  for (const share of steps) {
    for (let improved = true; improved;) {
      improved = false;
      for (const window of neighbours(best.window, share, picture)) {
        const side = Math.sqrt((window.right - window.left) * (window.bottom - window.top));
        if (side < Math.max(picture.least, atLeast) || side > 1.2 * picture.most) continue;
        const score = scoreOf(picture, window);
        if (score <= best.score + 1e-6) continue;
        best = { window, score };
        improved = true;
      }
    }
  }
  return best;
}

function neighbours(window: Window, share: number, { point, width, height }: TappedPicture): Window[] {
  const dx = Math.max(1, Math.round(share * (window.right - window.left)));
  const dy = Math.max(1, Math.round(share * (window.bottom - window.top)));
  const { left, top, right, bottom } = window;
  return [
    { ...window, left: left - dx },
    { ...window, left: left + dx },
    { ...window, right: right - dx },
    { ...window, right: right + dx },
    { ...window, top: top - dy },
    { ...window, top: top + dy },
    { ...window, bottom: bottom - dy },
    { ...window, bottom: bottom + dy },
  ].filter(
    (moved) =>
      moved.left >= 0 &&
      moved.top >= 0 &&
      moved.right <= width &&
      moved.bottom <= height &&
      moved.left < point.x &&
      moved.right > point.x &&
      moved.top < point.y &&
      moved.bottom > point.y &&
      moved.right - moved.left >= 4 &&
      moved.bottom - moved.top >= 4,
  );
}
