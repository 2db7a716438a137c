import type { CornerBox, Size } from '../../core/geometry/box.js';

/** Looks for black bars along the sides of the frames it is shown. */
export interface LetterboxDetector {
  /** Tightly packed luma. */
  add(luma: Uint8Array): void;
  /** The frame without its bars, whole pixels; all of it when the bars would leave less than a quarter. */
  active(): CornerBox;
}

/** A line belongs to a bar when it is black and flat in every frame; one more pixel goes with it, where the edge rings. */
export function createLetterboxDetector({ width, height }: Size): LetterboxDetector {
  const contentInRow = new Uint8Array(height);
  const contentInColumn = new Uint8Array(width);
  return {
    add: (luma) => {
      for (let y = 0; y < height; y++) {
        if (contentInRow[y] === 0 && !isBlack(luma, y * width, 1, width)) contentInRow[y] = 1;
      }
      for (let x = 0; x < width; x++) {
        if (contentInColumn[x] === 0 && !isBlack(luma, x, width, height)) contentInColumn[x] = 1;
      }
    },
    active: () => {
      const [top, bottom] = contentRange(contentInRow);
      const [left, right] = contentRange(contentInColumn);
      const box = { x: left, y: top, width: right - left, height: bottom - top };
      return box.width * box.height >= 0.25 * width * height ? box : { x: 0, y: 0, width, height };
    },
  };
}

function isBlack(luma: Uint8Array, start: number, step: number, count: number): boolean {
  let sum = 0;
  let bright = 0;
  for (let k = 0, at = start; k < count; k++, at += step) {
    sum += luma[at]!;
    if (luma[at]! > 40) bright++;
  }
  return sum <= 22 * count && bright <= 0.01 * count;
}

function contentRange(content: Uint8Array): [number, number] {
  const first = content.indexOf(1);
  const last = content.lastIndexOf(1);
  if (first < 0) return [0, 0];
  const from = first === 0 ? 0 : first + 1;
  const to = last === content.length - 1 ? content.length : last;
  return to > from ? [from, to] : [0, 0];
}
