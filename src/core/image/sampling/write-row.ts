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
  const { out, channelStep, pixelStep } = target;
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
    if (((red | green | blue) & 0x07000700) === 0) {
      out[at] = red;
      out[at + channelStep] = green;
      out[at + twoChannels] = blue;
      at = (at + pixelStep) | 0;
      out[at] = red >> 16;
      out[at + channelStep] = green >> 16;
      out[at + twoChannels] = blue >> 16;
      at = (at + pixelStep) | 0;
    } else {
      // a channel is outside 0..255: rare
      writePixel(tables, 2 * pair, target, start);
      writePixel(tables, 2 * pair + 1, target, start);
      at = (at + pixelStep + pixelStep) | 0;
    }
  }
}

function writePixel({ shorts, capacity }: Tables, x: number, target: CropTarget, start: number): void {
  const { out, channelStep, pixelStep } = target;
  const luma = shorts[x]!;
  let at = start + x * pixelStep;
  out[at] = toByte(luma + shorts[x + capacity]!);
  at += channelStep;
  out[at] = toByte(luma + shorts[x + 2 * capacity]!);
  at += channelStep;
  out[at] = toByte(luma + shorts[x + 3 * capacity]!);
}

function toByte(value: number): number {
  const bits: typeof shortBits = 5;
  const level = value >> bits;
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
