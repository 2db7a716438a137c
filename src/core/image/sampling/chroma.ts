import type { Component } from './components.js';
import type { positionBits, Span } from './position.js';
import type { Tables } from './tables.js';
import type { FixedYuvMatrix } from './yuv-matrix.js';

/*
 * What the chroma of one crop row adds to red, green and blue, into Tables.pairs: one sample for two columns, the nearest to
 * the middle between them.
 */

/** Reads chroma row `row`. `toCentre` leads from a position to the image coordinate it stands for. */
export function chromaRow(
  u: Component,
  v: Component,
  matrix: FixedYuvMatrix,
  row: number,
  toCentre: number,
  { positions, pairs, capacity }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const { redV, greenU, greenV, blueU, redBias, greenBias, blueBias } = matrix;
  const uData = u.data;
  const vData = v.data;
  const uLine = u.start + row * u.stride;
  const vLine = v.start + row * v.stride;
  const step = u.step; // V's is the same in every format
  const half = capacity >> 1;
  for (let x = from & ~1, pair = half + (x >> 1); x < to; x += 2, pair++) {
    const middle = ((positions[x]! + positions[x + 1]!) >> 1) + toCentre;
    const offset = Math.imul(middle >> (bits + 1), step);
    const uValue = uData[uLine + offset]!;
    const vValue = vData[vLine + offset]!;
    const red = Math.imul(redV, vValue) + redBias;
    const green = Math.imul(greenU, uValue) + Math.imul(greenV, vValue) + greenBias;
    const blue = Math.imul(blueU, uValue) + blueBias;
    pairs[pair] = Math.imul(red >> 16, 0x10001);
    pairs[pair + half] = Math.imul(green >> 16, 0x10001);
    pairs[pair + half + half] = Math.imul(blue >> 16, 0x10001);
  }
}

/** The same where every column has its own position along y; `rowShift` is 1 where chroma has half the luma's rows, else 0. */
export function chromaTraced(
  u: Component,
  v: Component,
  matrix: FixedYuvMatrix,
  rowShift: number,
  { positions, pairs, capacity }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const { redV, greenU, greenV, blueU, redBias, greenBias, blueBias } = matrix;
  const { data: uData, start: uStart, stride: uStride, step } = u;
  const { data: vData, start: vStart, stride: vStride } = v;
  const toCentre = 1 << (bits - 1);
  const rowBits = bits + rowShift;
  const half = capacity >> 1;
  for (let x = from & ~1, pair = half + (x >> 1); x < to; x += 2, pair++) {
    const across = ((positions[x]! + positions[x + 1]!) >> 1) + toCentre;
    const down = ((positions[x + capacity]! + positions[x + capacity + 1]!) >> 1) + toCentre;
    const offset = Math.imul(across >> (bits + 1), step);
    const row = down >> rowBits;
    const uValue = uData[uStart + Math.imul(row, uStride) + offset]!;
    const vValue = vData[vStart + Math.imul(row, vStride) + offset]!;
    const red = Math.imul(redV, vValue) + redBias;
    const green = Math.imul(greenU, uValue) + Math.imul(greenV, vValue) + greenBias;
    const blue = Math.imul(blueU, uValue) + blueBias;
    pairs[pair] = Math.imul(red >> 16, 0x10001);
    pairs[pair + half] = Math.imul(green >> 16, 0x10001);
    pairs[pair + half + half] = Math.imul(blue >> 16, 0x10001);
  }
}

/** Grey has no chroma: the rounding term alone. */
export function noChroma(matrix: FixedYuvMatrix, { shorts, capacity }: Tables): void {
  shorts.fill(matrix.rounding >> 16, capacity);
}
