import { type AreaTaps } from './area.js';
import { type Component } from './components.js';
import { type positionBits, type positionMask, type Span } from './position.js';
import { type Tables } from './tables.js';
import { type CropTarget } from './target.js';
import { type resultBits } from './yuv-matrix.js';

/*
 * The three loops below read luma, add the chroma terms that stand in the tables and write RGB. They differ in how they
 * read, and repeat the rest: a call per pixel would cost as much as the work.
 */

/** One crop row, bilinear; `row` is its position. Weights are exact to 1/4096. */
export function lumaBilinear(
  luma: Component,
  gain: number,
  row: number,
  { data: table, size }: Tables,
  { from, to }: Span,
  { out, channelStep, pixelStep }: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const toByte: typeof resultBits = 21;
  const { data, step } = luma;
  const line = luma.start + (row >> bits) * luma.stride;
  const down = luma.height > 1 ? luma.stride : 0;
  const right = luma.width > 1 ? step : 0;
  const rowWeight = row & mask;
  let at = start + from * pixelStep;
  for (let x = from; x < to; x++) {
    const position = table[x]!;
    const weight = position & mask;
    const i = (line + Math.imul(position >> bits, step)) | 0;
    const j = (i + down) | 0;
    const a = data[i]!;
    const b = data[j]!;
    const above = (a << bits) + Math.imul(data[i + right]! - a, weight);
    const below = (b << bits) + Math.imul(data[j + right]! - b, weight);
    const value = ((above << bits) + Math.imul(below - above, rowWeight)) >> (2 * bits - 8);

    const y = Math.imul(value, gain);
    let r = (y + table[x + size]!) >> toByte;
    let g = (y + table[x + 2 * size]!) >> toByte;
    let b2 = (y + table[x + 3 * size]!) >> toByte;
    // one test for three channels: colours outside 0..255 are rare
    if (((r | g | b2) & ~255) !== 0) {
      r = r < 0 ? 0 : r > 255 ? 255 : r;
      g = g < 0 ? 0 : g > 255 ? 255 : g;
      b2 = b2 < 0 ? 0 : b2 > 255 ? 255 : b2;
    }
    out[at] = r;
    out[at + channelStep] = g;
    out[at + channelStep + channelStep] = b2;
    at = (at + pixelStep) | 0;
  }
}

/** One crop row, every pixel the mean of 4 x 2 samples; positions are those of the first (see AreaTaps). */
export function lumaArea(
  luma: Component,
  gain: number,
  row: number,
  taps: AreaTaps,
  { data: table, size }: Tables,
  { from, to }: Span,
  { out, channelStep, pixelStep }: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const toByte: typeof resultBits = 21;
  const { data, step } = luma;
  const line = luma.start + (row >> bits) * luma.stride;
  const down = taps.rows * luma.stride;
  const right = luma.width > 1 ? step : 0;
  const far = taps.pairs * step;
  let at = start + from * pixelStep;
  for (let x = from; x < to; x++) {
    const i = (line + Math.imul(table[x]! >> bits, step)) | 0;
    const j = (i + down) | 0;
    const k = (i + far) | 0;
    const l = (j + far) | 0;
    const above = data[i]! + data[i + right]! + data[k]! + data[k + right]!;
    const below = data[j]! + data[j + right]! + data[l]! + data[l + right]!;

    const y = Math.imul((above + below) << (8 - 3), gain);
    let r = (y + table[x + size]!) >> toByte;
    let g = (y + table[x + 2 * size]!) >> toByte;
    let b = (y + table[x + 3 * size]!) >> toByte;
    if (((r | g | b) & ~255) !== 0) {
      r = r < 0 ? 0 : r > 255 ? 255 : r;
      g = g < 0 ? 0 : g > 255 ? 255 : g;
      b = b < 0 ? 0 : b > 255 ? 255 : b;
    }
    out[at] = r;
    out[at + channelStep] = g;
    out[at + channelStep + channelStep] = b;
    at = (at + pixelStep) | 0;
  }
}

/** One warped row, bilinear: every column has its own position along y, too. */
export function lumaTraced(
  luma: Component,
  gain: number,
  { data: table, size }: Tables,
  { from, to }: Span,
  { out, channelStep, pixelStep }: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const toByte: typeof resultBits = 21;
  const { data, stride, step } = luma;
  const origin = luma.start;
  const down = luma.height > 1 ? stride : 0;
  const right = luma.width > 1 ? step : 0;
  let at = start + from * pixelStep;
  for (let x = from; x < to; x++) {
    const column = table[x]!;
    const row = table[x + 4 * size]!;
    const weight = column & mask;
    const i = (origin + Math.imul(row >> bits, stride) + Math.imul(column >> bits, step)) | 0;
    const j = (i + down) | 0;
    const a = data[i]!;
    const b = data[j]!;
    const above = (a << bits) + Math.imul(data[i + right]! - a, weight);
    const below = (b << bits) + Math.imul(data[j + right]! - b, weight);
    const value = ((above << bits) + Math.imul(below - above, row & mask)) >> (2 * bits - 8);

    const y = Math.imul(value, gain);
    let r = (y + table[x + size]!) >> toByte;
    let g = (y + table[x + 2 * size]!) >> toByte;
    let b2 = (y + table[x + 3 * size]!) >> toByte;
    if (((r | g | b2) & ~255) !== 0) {
      r = r < 0 ? 0 : r > 255 ? 255 : r;
      g = g < 0 ? 0 : g > 255 ? 255 : g;
      b2 = b2 < 0 ? 0 : b2 > 255 ? 255 : b2;
    }
    out[at] = r;
    out[at + channelStep] = g;
    out[at + channelStep + channelStep] = b2;
    at = (at + pixelStep) | 0;
  }
}
