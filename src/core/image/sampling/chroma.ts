import { type Component } from './components.js';
import { type positionBits, type Span } from './position.js';
import { type Tables } from './tables.js';
import { type FixedYuvMatrix } from './yuv-matrix.js';

/**
 * Tables 1 to 3 of a crop row: what its chroma adds to red, green and blue. Reads the nearest sample of chroma row `row`.
 * `toCentre` is what leads from a table's position to twice the chroma coordinate: half a pixel, and half the reach of a group.
 */
export function chromaRow(
  u: Component,
  v: Component,
  matrix: FixedYuvMatrix,
  row: number,
  toCentre: number,
  { data: table, size }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11; // see rgb.ts
  const { redV, greenU, greenV, blueU, redBias, greenBias, blueBias } = matrix;
  const uData = u.data;
  const vData = v.data;
  const uLine = u.start + row * u.stride;
  const vLine = v.start + row * v.stride;
  const step = u.step; // V's is the same in every format
  for (let x = from; x < to; x++) {
    const offset = Math.imul((table[x]! + toCentre) >> (bits + 1), step);
    const uValue = uData[uLine + offset]!;
    const vValue = vData[vLine + offset]!;
    table[x + size] = Math.imul(redV, vValue) + redBias;
    table[x + 2 * size] = Math.imul(greenU, uValue) + Math.imul(greenV, vValue) + greenBias;
    table[x + 3 * size] = Math.imul(blueU, uValue) + blueBias;
  }
}

/** The same where every column has its own position along y; `rowShift` 1 where chroma has half the luma's rows, else 0. */
export function chromaTraced(
  u: Component,
  v: Component,
  matrix: FixedYuvMatrix,
  rowShift: number,
  { data: table, size }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11; // see rgb.ts
  const { redV, greenU, greenV, blueU, redBias, greenBias, blueBias } = matrix;
  const uData = u.data;
  const vData = v.data;
  const half = 1 << (bits - 1);
  const rowBits = bits + rowShift;
  const step = u.step;
  for (let x = from; x < to; x++) {
    const column = Math.imul((table[x]! + half) >> (bits + 1), step);
    const row = (table[x + 4 * size]! + half) >> rowBits;
    const uValue = uData[u.start + Math.imul(row, u.stride) + column]!;
    const vValue = vData[v.start + Math.imul(row, v.stride) + column]!;
    table[x + size] = Math.imul(redV, vValue) + redBias;
    table[x + 2 * size] = Math.imul(greenU, uValue) + Math.imul(greenV, vValue) + greenBias;
    table[x + 3 * size] = Math.imul(blueU, uValue) + blueBias;
  }
}

/** Grey has no chroma: the tables hold the rounding term alone. */
export function noChroma(matrix: FixedYuvMatrix, { data, size }: Tables): void {
  data.fill(matrix.rounding, size, 4 * size);
}
