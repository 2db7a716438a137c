import type { AreaTaps } from './area.js';
import type { Frame } from '../frame.js';
import type { positionBits, positionMask, Span } from './position.js';
import type { Tables } from './tables.js';
import type { CropTarget } from './target.js';

/** Packed 24-bit pixels, read four bytes at a time. At least two pixels wide. */
export interface PackedRgb {
  readonly view: DataView;
  readonly stride: number;
  readonly height: number;
  /** True when blue comes first. */
  readonly reversed: boolean;
}

/** Views an rgb24 or bgr24 frame; copies only an image one pixel wide, whose pixel it repeats. */
export function packedRgb({ format, planes, width, height }: Frame): PackedRgb {
  const { data, stride } = planes[0]!;
  const reversed = format === 'bgr24';
  if (width > 1) {
    return { view: new DataView(data.buffer, data.byteOffset, data.length), stride, height, reversed };
  }
  const doubled = new Uint8Array(6 * height);
  for (let i = 0; i < doubled.length; i++) doubled[i] = data[Math.floor(i / 6) * stride + (i % 3)]!;
  return { view: new DataView(doubled.buffer), stride: 6, height, reversed };
}

/** Where the first byte's channel of column 0 goes, and how far the second's lies from it: BGR runs backwards. */
function channels({ reversed }: PackedRgb, { channelStep }: CropTarget, start: number) {
  return reversed
    ? { first: start + 2 * channelStep, step: -channelStep }
    : { first: start, step: channelStep };
}

/*
 * A pixel's right neighbour is read one byte early and shifted, never beyond its own last byte. Channels one and three are
 * computed together in two 16-bit lanes of one number, the second of both neighbours in another. Weights therefore have
 * 8 bits, and what is between the rows is rounded before what is between the columns: an error below two levels.
 */

/** One crop row, bilinear; `row` is its position. */
export function rgbBilinear(
  source: PackedRgb,
  row: number,
  { positions }: Tables,
  { from, to }: Span,
  target: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const lanes = 0x00ff00ff;
  const lanesHalf = 0x00800080;
  const { view, stride, height } = source;
  const { out, pixelStep } = target;
  const { first, step } = channels(source, target, start);
  const line = (row >> bits) * stride;
  const down = height > 1 ? stride : 0;
  const rowWeight = ((row & mask) + 4) >> 3;
  let at = first + from * pixelStep;
  for (let x = from; x < to; x++) {
    const position = positions[x]!;
    const weight = ((position & mask) + 4) >> 3;
    const i = (line + Math.imul(position >> bits, 3)) | 0;
    const j = (i + down) | 0;
    const a = view.getInt32(i, true);
    const b = view.getInt32(i + 2, true) >>> 8;
    const c = view.getInt32(j, true);
    const d = view.getInt32(j + 2, true) >>> 8;

    // between the rows
    const a13 = a & lanes;
    const b13 = b & lanes;
    const left = ((((a13 << 8) | lanesHalf) + Math.imul((c & lanes) - a13, rowWeight)) >>> 8) & lanes;
    const right = ((((b13 << 8) | lanesHalf) + Math.imul((d & lanes) - b13, rowWeight)) >>> 8) & lanes;
    const above = ((a >>> 8) & 255) | ((b << 8) & 0xff0000);
    const below = ((c >>> 8) & 255) | ((d << 8) & 0xff0000);
    const both = ((above << 8) + Math.imul(below - above, rowWeight)) | 0;
    // between the columns
    const outer = (((left << 8) | lanesHalf) + Math.imul(right - left, weight)) | 0;
    const near = both & 0xffff;
    const middle = ((near << 8) + Math.imul((both >>> 16) - near, weight) + 0x8000) >>> 16;

    out[at] = outer >>> 8;
    out[at + step] = middle;
    out[at + step + step] = outer >>> 24;
    at = (at + pixelStep) | 0;
  }
}

/** One crop row, every pixel the mean of 4 x 2 samples; positions are those of the first (see AreaTaps). */
export function rgbArea(
  source: PackedRgb,
  row: number,
  taps: AreaTaps,
  { positions }: Tables,
  { from, to }: Span,
  target: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const lanes = 0x00ff00ff;
  const { view, stride } = source;
  const { out, pixelStep } = target;
  const { first, step } = channels(source, target, start);
  const line = (row >> bits) * stride;
  const down = taps.rows * stride;
  const far = taps.pairs * 3;
  let at = first + from * pixelStep;
  for (let x = from; x < to; x++) {
    const i = (line + Math.imul(positions[x]! >> bits, 3)) | 0;
    const j = (i + down) | 0;
    const k = (i + far) | 0;
    const l = (j + far) | 0;
    const a = view.getInt32(i, true);
    const b = view.getInt32(i + 2, true) >>> 8;
    const c = view.getInt32(j, true);
    const d = view.getInt32(j + 2, true) >>> 8;
    const e = view.getInt32(k, true);
    const f = view.getInt32(k + 2, true) >>> 8;
    const g = view.getInt32(l, true);
    const h = view.getInt32(l + 2, true) >>> 8;

    const outerPairs = (a & lanes) + (b & lanes) + (c & lanes) + (d & lanes);
    const outer = outerPairs + (e & lanes) + (f & lanes) + (g & lanes) + (h & lanes) + 0x00040004;
    const middlePairs = (a & 0xff00) + (b & 0xff00) + (c & 0xff00) + (d & 0xff00);
    const middle = middlePairs + (e & 0xff00) + (f & 0xff00) + (g & 0xff00) + (h & 0xff00) + 0x400;

    out[at] = outer >>> 3;
    out[at + step] = middle >>> 11;
    out[at + step + step] = outer >>> 19;
    at = (at + pixelStep) | 0;
  }
}

/** One warped row, bilinear: every column has its own position along y, too. */
export function rgbTraced(
  source: PackedRgb,
  { positions, capacity }: Tables,
  { from, to }: Span,
  target: CropTarget,
  start: number,
): void {
  const bits: typeof positionBits = 11;
  const mask: typeof positionMask = 0x7ff;
  const lanes = 0x00ff00ff;
  const lanesHalf = 0x00800080;
  const { view, stride, height } = source;
  const { out, pixelStep } = target;
  const { first, step } = channels(source, target, start);
  const down = height > 1 ? stride : 0;
  let at = first + from * pixelStep;
  for (let x = from; x < to; x++) {
    const position = positions[x]!;
    const row = positions[x + capacity]!;
    const weight = ((position & mask) + 4) >> 3;
    const rowWeight = ((row & mask) + 4) >> 3;
    const i = (Math.imul(row >> bits, stride) + Math.imul(position >> bits, 3)) | 0;
    const j = (i + down) | 0;
    const a = view.getInt32(i, true);
    const b = view.getInt32(i + 2, true) >>> 8;
    const c = view.getInt32(j, true);
    const d = view.getInt32(j + 2, true) >>> 8;

    const a13 = a & lanes;
    const b13 = b & lanes;
    const left = ((((a13 << 8) | lanesHalf) + Math.imul((c & lanes) - a13, rowWeight)) >>> 8) & lanes;
    const right = ((((b13 << 8) | lanesHalf) + Math.imul((d & lanes) - b13, rowWeight)) >>> 8) & lanes;
    const above = ((a >>> 8) & 255) | ((b << 8) & 0xff0000);
    const below = ((c >>> 8) & 255) | ((d << 8) & 0xff0000);
    const both = ((above << 8) + Math.imul(below - above, rowWeight)) | 0;
    const outer = (((left << 8) | lanesHalf) + Math.imul(right - left, weight)) | 0;
    const near = both & 0xffff;
    const middle = ((near << 8) + Math.imul((both >>> 16) - near, weight) + 0x8000) >>> 16;

    out[at] = outer >>> 8;
    out[at + step] = middle;
    out[at + step + step] = outer >>> 24;
    at = (at + pixelStep) | 0;
  }
}
