import { type Span } from './position.js';
import { type shortBits, type Tables } from './tables.js';
import { type CropTarget } from './target.js';

/**
 * Adds luma and chroma terms of one row, two columns at a time in the halves of one number, and writes RGB. `start` is where
 * column 0 lies in the target. A carry out of the lower half changes the upper by 1/32 level.
 */
export function writeRow(tables: Tables, { from, to }: Span, target: CropTarget, start: number): void {
  if (from === to) return;
  const bits: typeof shortBits = 5;
  const { pairs, capacity } = tables;
  const { out, clamped, channelStep, pixelStep } = target;
  const half = capacity >> 1;
  const twoChannels = channelStep + channelStep;
  if ((from & 1) === 1) writePixel(tables, from, target, start);
  if ((to & 1) === 1) writePixel(tables, to - 1, target, start);
  const end = to >> 1;
  let pair = (from + 1) >> 1;
  let at = start + 2 * pair * pixelStep;
  for (; pair < end; pair++) {
    const luma = pairs[pair]!;
    const red = (luma + pairs[pair + half]!) >> bits;
    const green = (luma + pairs[pair + capacity]!) >> bits;
    const blue = (luma + pairs[pair + capacity + half]!) >> bits;
    const next = (at + pixelStep) | 0;
    if (((red | green | blue) & 0x07000700) === 0) {
      out[at] = red;
      out[at + channelStep] = green;
      out[at + twoChannels] = blue;
      out[next] = red >> 16;
      out[next + channelStep] = green >> 16;
      out[next + twoChannels] = blue >> 16;
    } else {
      // a channel lies outside 0..255; the lower half has 11 bits
      clamped[at] = (red << 21) >> 21;
      clamped[at + channelStep] = (green << 21) >> 21;
      clamped[at + twoChannels] = (blue << 21) >> 21;
      clamped[next] = red >> 16;
      clamped[next + channelStep] = green >> 16;
      clamped[next + twoChannels] = blue >> 16;
    }
    at = (next + pixelStep) | 0;
  }
}

/** The first or last column, where it has no partner. */
function writePixel({ shorts, capacity }: Tables, x: number, target: CropTarget, start: number): void {
  const bits: typeof shortBits = 5;
  const { clamped, channelStep, pixelStep } = target;
  const luma = shorts[x]!;
  const at = start + x * pixelStep;
  clamped[at] = (luma + shorts[x + capacity]!) >> bits;
  clamped[at + channelStep] = (luma + shorts[x + 2 * capacity]!) >> bits;
  clamped[at + 2 * channelStep] = (luma + shorts[x + 3 * capacity]!) >> bits;
}
