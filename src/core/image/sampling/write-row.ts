import type { Span } from './position.js';
import type { shortBits, Tables } from './tables.js';
import type { CropTarget } from './target.js';

/**
 * Adds luma and chroma terms of one row, two columns at a time in the halves of one number, limits the sums to 0..255 and writes RGB.
 * `start` is where column 0 lies in the target. Has no branches, so that the time does not hang on the picture.
 * A carry out of the lower half changes the upper by 1/32 level.
 */
export function writeRow(tables: Tables, { from, to }: Span, target: CropTarget, start: number): void {
  if (from === to) return;
  const bits: typeof shortBits = 5;
  const { pairs, capacity } = tables;
  const { out, channelStep, pixelStep } = target;
  const half = capacity >> 1;
  const twoChannels = channelStep + channelStep;
  const end = to >> 1;
  let pair = (from + 1) >> 1;
  let at = start + 2 * pair * pixelStep;
  for (; pair < end; pair++) {
    const luma = pairs[pair]!;
    let red = (luma + pairs[pair + half]!) | 0;
    let green = (luma + pairs[pair + capacity]!) | 0;
    let blue = (luma + pairs[pair + capacity + half]!) | 0;
    // below 0 (bit 15) all bits of the half are cleared; from 256 on (bit 15 once 0x6000 is added) all are set
    red &= ~Math.imul((red >>> 15) & 0x10001, 0xffff);
    red |= Math.imul(((red + 0x60006000) >>> 15) & 0x10001, 0xffff);
    green &= ~Math.imul((green >>> 15) & 0x10001, 0xffff);
    green |= Math.imul(((green + 0x60006000) >>> 15) & 0x10001, 0xffff);
    blue &= ~Math.imul((blue >>> 15) & 0x10001, 0xffff);
    blue |= Math.imul(((blue + 0x60006000) >>> 15) & 0x10001, 0xffff);
    const next = (at + pixelStep) | 0;
    out[at] = red >> bits;
    out[at + channelStep] = green >> bits;
    out[at + twoChannels] = blue >> bits;
    out[next] = red >> (16 + bits);
    out[next + channelStep] = green >> (16 + bits);
    out[next + twoChannels] = blue >> (16 + bits);
    at = (next + pixelStep) | 0;
  }
  if ((from & 1) === 1) writePixel(tables, from, target, start);
  if ((to & 1) === 1) writePixel(tables, to - 1, target, start);
}

/** The first or last column, where it has no partner. */
function writePixel({ shorts, capacity }: Tables, x: number, target: CropTarget, start: number): void {
  const { out, channelStep, pixelStep } = target;
  for (let channel = 0; channel < 3; channel++) {
    const sum = shorts[x]! + shorts[x + (channel + 1) * capacity]!;
    const bits: typeof shortBits = 5;
    out[start + x * pixelStep + channel * channelStep] = Math.max(0, Math.min(sum >> bits, 255));
  }
}
