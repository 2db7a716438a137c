import type { AreaTaps } from './area.js';
import type { Component } from './components.js';
import type { positionBits, positionMask, Span } from './position.js';
import type { Tables } from './tables.js';

/*
 * Luma of one crop row, times its gain (see FixedYuvMatrix), into the first of Tables.shorts.
 *
 * In these and all other inner loops, constants are local, typed by the exported ones so that the compiler compares them:
 * a module's constants are variables to V8 when it inlines a loop elsewhere.
 */

/** Bilinear; `row` is the row's position. */
export function lumaBilinear(
  luma: Component,
  gain: number,
  row: number,
  { positions, shorts }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const { data, step } = luma;
  const line = luma.start + (row >> bits) * luma.stride;
  const down = luma.height > 1 ? luma.stride : 0;
  const right = luma.width > 1 ? step : 0;
  const rowWeight = row & mask;
  for (let x = from; x < to; x++) {
    const position = positions[x]!;
    const weight = position & mask;
    const i = (line + Math.imul(position >> bits, step)) | 0;
    const j = (i + down) | 0;
    const a = data[i]!;
    const b = data[j]!;
    const above = (a << bits) + Math.imul(data[i + right]! - a, weight);
    const below = (b << bits) + Math.imul(data[j + right]! - b, weight);
    const value = ((above << bits) + Math.imul(below - above, rowWeight)) >> (2 * bits - 8);
    shorts[x] = Math.imul(value, gain) >> 16;
  }
}

/** Row `row` of the image, interpolated between its columns, into its half of Tables.lines. */
export function lumaLine(
  luma: Component,
  row: number,
  { positions, lines, capacity }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const { data, step } = luma;
  const line = (luma.start + row * luma.stride) | 0;
  const right = luma.width > 1 ? step : 0;
  const into = (row & 1) === 0 ? 0 : capacity;
  for (let x = from; x < to; x++) {
    const position = positions[x]!;
    const i = (line + Math.imul(position >> bits, step)) | 0;
    const a = data[i]!;
    lines[x + into] = (a << bits) + Math.imul(data[i + right]! - a, position & mask);
  }
}

/** Bilinear, between the lines of two neighbouring rows; `row` is the position. An image one pixel high has one line: `single`. */
export function lumaBetween(
  gain: number,
  row: number,
  single: boolean,
  { lines, shorts, capacity }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const rowWeight = row & mask;
  const upper = ((row >> bits) & 1) === 0 ? 0 : capacity;
  const lower = single ? upper : capacity - upper;
  for (let x = from; x < to; x++) {
    const above = lines[x + upper]!;
    const value = ((above << bits) + Math.imul(lines[x + lower]! - above, rowWeight)) >> (2 * bits - 8);
    shorts[x] = Math.imul(value, gain) >> 16;
  }
}

/** Every pixel the mean of 4 x 2 samples; positions are those of the first (see AreaTaps). */
export function lumaArea(
  luma: Component,
  gain: number,
  row: number,
  taps: AreaTaps,
  { positions, shorts }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const { data, step } = luma;
  const line = luma.start + (row >> bits) * luma.stride;
  const down = taps.rows * luma.stride;
  const right = luma.width > 1 ? step : 0;
  const far = taps.pairs * step;
  for (let x = from; x < to; x++) {
    const i = (line + Math.imul(positions[x]! >> bits, step)) | 0;
    const j = (i + down) | 0;
    const k = (i + far) | 0;
    const l = (j + far) | 0;
    const above = data[i]! + data[i + right]! + data[k]! + data[k + right]!;
    const below = data[j]! + data[j + right]! + data[l]! + data[l + right]!;
    shorts[x] = Math.imul((above + below) << 5, gain) >> 16;
  }
}

/** Bilinear, of a warp: every column has its own position along y, too. */
export function lumaTraced(
  luma: Component,
  gain: number,
  { positions, shorts, capacity }: Tables,
  { from, to }: Span,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const { data, start, stride, step } = luma;
  const down = luma.height > 1 ? stride : 0;
  const right = luma.width > 1 ? step : 0;
  for (let x = from; x < to; x++) {
    const column = positions[x]!;
    const row = positions[x + capacity]!;
    const weight = column & mask;
    const i = (start + Math.imul(row >> bits, stride) + Math.imul(column >> bits, step)) | 0;
    const j = (i + down) | 0;
    const a = data[i]!;
    const b = data[j]!;
    const above = (a << bits) + Math.imul(data[i + right]! - a, weight);
    const below = (b << bits) + Math.imul(data[j + right]! - b, weight);
    const value = ((above << bits) + Math.imul(below - above, row & mask)) >> (2 * bits - 8);
    shorts[x] = Math.imul(value, gain) >> 16;
  }
}
