import type { Frame } from '../../core/image/frame.js';
import { type PlaneView, rgbToYuv, yuvViews } from './plane-view.js';

/** Single samples on a coarse grid, a cheap look at a frame of any format and size. */
export interface Thumbnail {
  readonly columns: number;
  readonly rows: number;
  readonly y: Uint8Array;
  readonly u: Uint8Array;
  readonly v: Uint8Array;
}

/** About `longSide` samples along the longer side. */
export function takeThumbnail(frame: Frame, longSide = 160): Thumbnail {
  const step = Math.max(1, Math.max(frame.width, frame.height) / longSide);
  const columns = Math.max(1, Math.floor(frame.width / step));
  const rows = Math.max(1, Math.floor(frame.height / step));
  const { y, u, v } = yuvViews(frame) ?? rgbToYuv(frame);
  const grey = new Uint8Array(columns * rows).fill(128);
  return {
    columns,
    rows,
    y: sampleGrid(y, columns, rows),
    u: u ? sampleGrid(u, columns, rows) : grey,
    v: v ? sampleGrid(v, columns, rows) : grey,
  };
}

/**
 * True when nothing moved: no cell of 8x8 samples differs by more than `tolerance` grey levels on average. Cells, not the whole
 * frame: a small object moving before a still camera is no frozen video.
 */
export function isFrozen(previous: Thumbnail, current: Thumbnail, tolerance = 0.5): boolean {
  const { columns, rows } = current;
  if (previous.columns !== columns || previous.rows !== rows) return false;
  const cell = 8;
  for (let top = 0; top < rows; top += cell) {
    for (let left = 0; left < columns; left += cell) {
      let sum = 0;
      let count = 0;
      for (let y = top; y < Math.min(top + cell, rows); y++) {
        for (let x = left; x < Math.min(left + cell, columns); x++, count++) {
          sum += Math.abs(current.y[y * columns + x]! - previous.y[y * columns + x]!);
        }
      }
      if (sum > tolerance * count) return false;
    }
  }
  return true;
}

function sampleGrid(
  { data, width, height, stride, step, offset }: PlaneView,
  columns: number,
  rows: number,
): Uint8Array {
  const grid = new Uint8Array(columns * rows);
  for (let row = 0, k = 0; row < rows; row++) {
    const start = offset + Math.floor(((row + 0.5) * height) / rows) * stride;
    for (let column = 0; column < columns; column++, k++) {
      grid[k] = data[start + Math.floor(((column + 0.5) * width) / columns) * step]!;
    }
  }
  return grid;
}
