import type { CornerBox } from '../geometry/box.js';
import { type Crossings, crossings } from './crossings.js';
import type { EdgeGroups } from './edge-groups.js';
import type { EdgeMap } from './edge-map.js';
import { integral, tableSum } from './integral.js';

/** Window in whole pixels: columns left .. right - 1, rows top .. bottom - 1. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Scores windows by the contours wholly inside them: Edge Boxes (Zitnick & Dollar 2014, section 3.2, eq. 3 and 4).
 * A score is the edge strength inside, less that of the groups that cross the border or are linked to one that does, less the
 * inner half of the window, over perimeter^exponent.
 */
export interface ContourScorer {
  /**
   * Appends upper bounds of the score for windows of one size, `stepX` apart along a row, and their corners; those without an
   * edge are left out. A bound takes eight table look-ups. The buffers must have room.
   */
  sweepRow(
    fromX: number,
    lastX: number,
    stepX: number,
    top: number,
    width: number,
    height: number,
    into: { count: number; readonly bounds: Float32Array; readonly corners: Int16Array },
  ): void;
  /** Edge strength per pixel inside the window against that of a ring outside, a quarter of the sides wide: -1..1. */
  isolation(window: Window, area: CornerBox): number;
  /** Takes off margins that hold next to no edges (a sixtieth a side), but leaves 8 pixels. */
  trim(window: Window): Window;
  /** Exact where it reaches `floor`; below that it may stop early and answer 0. */
  score(left: number, top: number, right: number, bottom: number, floor?: number): number;
}

export function createContourScorer(
  edges: EdgeMap,
  groups: EdgeGroups,
  { exponent = 1.5 } = {},
): ContourScorer {
  const { width, height } = edges;
  const { mass, column, row, start, neighbour, affinity } = groups;
  const pixelTable = integral(edges.strength, width, height);
  const groupTable = integral(groupImage(groups, width, height), width, height);
  const rows = crossings(groups.label, width, height, width, 1);
  const columns = crossings(groups.label, height, width, 1, width);
  const norm = Float32Array.from(
    { length: width + height + 2 },
    (_, half) => 1 / Math.max(1, half) ** exponent,
  );
  // scratch of one score: groups met so far, their weight, where they stand in the list
  const met = new Int32Array(groups.count);
  const weight = new Float32Array(groups.count);
  const place = new Int32Array(groups.count);
  const seen = new Int32Array(groups.count);
  let stamp = 0;
  let count = 0;

  const meet = (
    { index, line, start: starts }: Crossings,
    at: number,
    from: number,
    to: number,
    length: number,
  ): void => {
    const base = starts[at]!;
    for (let i = line[at * length + from]!; i <= line[at * length + to]!; i++) {
      const group = index[base + i]!;
      if (group < 0 || seen[group] === stamp) continue;
      seen[group] = stamp;
      place[group] = count;
      weight[count] = 1;
      met[count++] = group;
    }
  };

  const inner = (left: number, top: number, right: number, bottom: number): number => {
    const dx = (right - left) >> 2;
    const dy = (bottom - top) >> 2;
    return tableSum(pixelTable, width + 1, left + dx, top + dy, right - dx, bottom - dy);
  };

  const sweepRow: ContourScorer['sweepRow'] = (fromX, lastX, stepX, top, windowWidth, windowHeight, into) => {
    const wide = width + 1;
    const { bounds, corners } = into;
    const factor = norm[windowWidth + windowHeight]!;
    const dx = windowWidth >> 2;
    const dy = windowHeight >> 2;
    const bottom = top + windowHeight;
    const upper = top * wide;
    const lower = bottom * wide;
    const innerUpper = (top + dy) * wide + dx;
    const innerLower = (bottom - dy) * wide + dx;
    const innerWidth = windowWidth - 2 * dx;
    let n = into.count;
    for (let x = fromX; x <= lastX; x += stepX) {
      const left = x | 0;
      const right = left + windowWidth;
      const whole =
        groupTable[lower + right]! -
        groupTable[lower + left]! -
        groupTable[upper + right]! +
        groupTable[upper + left]!;
      if (whole <= 0) continue;
      const bound =
        whole -
        pixelTable[innerLower + left + innerWidth]! +
        pixelTable[innerLower + left]! +
        pixelTable[innerUpper + left + innerWidth]! -
        pixelTable[innerUpper + left]!;
      if (bound <= 0) continue;
      bounds[n] = bound * factor;
      corners[4 * n] = left;
      corners[4 * n + 1] = top;
      corners[4 * n + 2] = right;
      corners[4 * n + 3] = bottom;
      n++;
    }
    into.count = n;
  };

  const score = (left: number, top: number, right: number, bottom: number, floor = 0): number => {
    const factor = norm[right - left + bottom - top]!;
    const enough = floor / factor;
    let value = tableSum(groupTable, width + 1, left, top, right, bottom) - inner(left, top, right, bottom);
    if (value <= enough) return 0;
    const contains = (group: number): boolean =>
      column[group]! >= left && column[group]! < right && row[group]! >= top && row[group]! < bottom;
    // groups on the four sides
    stamp++;
    count = 0;
    meet(rows, top, left, right - 1, width);
    meet(rows, bottom - 1, left, right - 1, width);
    meet(columns, left, top, bottom - 1, height);
    meet(columns, right - 1, top, bottom - 1, height);
    for (let i = 0; i < count; i++) if (contains(met[i]!)) value -= mass[met[i]!]!;
    // what continues them inside is the outside's contour too: weights along the strongest way found, breadth first
    for (let i = 0; i < count && value > enough; i++) {
      const group = met[i]!;
      const carried = weight[i]!;
      const last = start[group + 1]!;
      for (let k = start[group]!; k < last; k++) {
        const reached = carried * affinity[k]!;
        if (reached < 0.1) continue;
        const other = neighbour[k]!;
        if (seen[other] === stamp) {
          const at = place[other]!;
          if (reached <= weight[at]!) continue;
          if (contains(other)) value -= (reached - weight[at]!) * mass[other]!;
          weight[at] = reached;
        } else if (contains(other)) {
          seen[other] = stamp;
          place[other] = count;
          weight[count] = reached;
          met[count++] = other;
          value -= reached * mass[other]!;
        }
      }
    }
    return value > enough ? value * factor : 0;
  };

  const isolation: ContourScorer['isolation'] = ({ left, top, right, bottom }, area) => {
    const padX = Math.max(3, (right - left) >> 2);
    const padY = Math.max(3, (bottom - top) >> 2);
    const outerLeft = Math.max(area.x, left - padX);
    const outerTop = Math.max(area.y, top - padY);
    const outerRight = Math.min(area.x + area.width, right + padX);
    const outerBottom = Math.min(area.y + area.height, bottom + padY);
    const inside = tableSum(pixelTable, width + 1, left, top, right, bottom);
    const all = tableSum(pixelTable, width + 1, outerLeft, outerTop, outerRight, outerBottom);
    const areaInside = (right - left) * (bottom - top);
    const areaAround = (outerRight - outerLeft) * (outerBottom - outerTop) - areaInside;
    const density = inside / areaInside;
    const around = areaAround > 0 ? (all - inside) / areaAround : density;
    return density + around > 0 ? (density - around) / (density + around) : 0;
  };

  const trim: ContourScorer['trim'] = (window) => {
    let { left, top, right, bottom } = window;
    const mass = (x0: number, y0: number, x1: number, y1: number): number =>
      tableSum(pixelTable, width + 1, x0, y0, x1, y1);
    const spare = mass(left, top, right, bottom) / 60;
    while (right - left > 8 && mass(window.left, top, left + 1, bottom) <= spare) left++;
    while (right - left > 8 && mass(right - 1, top, window.right, bottom) <= spare) right--;
    while (bottom - top > 8 && mass(left, window.top, right, top + 1) <= spare) top++;
    while (bottom - top > 8 && mass(left, bottom - 1, right, window.bottom) <= spare) bottom--;
    return { left, top, right, bottom };
  };

  return { sweepRow, isolation, trim, score };
}

/** Every group's whole mass at its mean position. */
function groupImage({ count, mass, column, row }: EdgeGroups, width: number, height: number): Float32Array {
  const image = new Float32Array(width * height);
  for (let g = 0; g < count; g++) {
    const x = Math.min(column[g]!, width - 1);
    const y = Math.min(row[g]!, height - 1);
    image[y * width + x]! += mass[g]!;
  }
  return image;
}
