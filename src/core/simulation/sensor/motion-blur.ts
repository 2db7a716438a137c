import { laneMask } from '../raster/pixel.js';
import type { Size } from '../../geometry/box.js';

/**
 * Averages 2, 4 or 8 taps along the image motion (dx, dy) during the exposure, centred, from `source` into `target`.
 * Returns whichever of the two holds the picture: motion under 0.7 px is left alone.
 */
export function blurMotion(
  source: Uint32Array,
  target: Uint32Array,
  { width, height }: Size,
  motion: { readonly x: number; readonly y: number },
): Uint32Array {
  const length = Math.min(40, Math.hypot(motion.x, motion.y));
  if (!(length >= 0.7)) return source;
  const shift = length < 2 ? 1 : length < 6 ? 2 : 3;
  const taps = 1 << shift;
  const along = (i: number, part: number): number =>
    Math.round(((i + 0.5) / taps - 0.5) * part * (length / Math.hypot(motion.x, motion.y)));
  const offsetX = Int32Array.from({ length: taps }, (_, i) => along(i, motion.x));
  const offsetY = Int32Array.from({ length: taps }, (_, i) => along(i, motion.y));
  const margin = Math.min(width >> 1, Math.max(...offsetX.map(Math.abs)));
  const starts = new Int32Array(taps);
  for (let row = 0; row < height; row++) {
    for (let i = 0; i < taps; i++) {
      starts[i] = Math.min(height - 1, Math.max(0, row + offsetY[i]!)) * width;
    }
    const base = row * width;
    // the middle of the row needs no clamping; its two ends do
    for (let x = 0; x < width; x++) {
      if (x === margin)
        x = averageRun({ source, target, starts, offsetX, shift }, base, margin, width - margin);
      if (x >= width) break;
      let [low, green] = [0, 0];
      for (let i = 0; i < taps; i++) {
        const pixel = source[starts[i]! + Math.min(width - 1, Math.max(0, x + offsetX[i]!))]!;
        low += pixel & laneMask;
        green += (pixel >>> 8) & 0xff;
      }
      target[base + x] = ((low >>> shift) & laneMask) | ((green >>> shift) << 8);
    }
  }
  return target;
}

interface Taps {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  readonly starts: Int32Array;
  readonly offsetX: Int32Array;
  readonly shift: number;
}

/** Columns `from` .. `to` - 1, two taps at a time; returns `to`. */
function averageRun(
  { source, target, starts, offsetX, shift }: Taps,
  base: number,
  from: number,
  to: number,
): number {
  const at = starts.map((start, i) => start + offsetX[i]!);
  const [a, b, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = at;
  for (let x = from; x < to; x++) {
    const p0 = source[a! + x]!;
    const p1 = source[b! + x]!;
    let low = (p0 & laneMask) + (p1 & laneMask);
    let green = (p0 & 0xff00) + (p1 & 0xff00);
    if (shift > 1) {
      const p2 = source[c + x]!;
      const p3 = source[d + x]!;
      low += (p2 & laneMask) + (p3 & laneMask);
      green += (p2 & 0xff00) + (p3 & 0xff00);
      if (shift > 2) {
        const p4 = source[e + x]!;
        const p5 = source[f + x]!;
        const p6 = source[g + x]!;
        const p7 = source[h + x]!;
        low += (p4 & laneMask) + (p5 & laneMask) + (p6 & laneMask) + (p7 & laneMask);
        green += (p4 & 0xff00) + (p5 & 0xff00) + (p6 & 0xff00) + (p7 & 0xff00);
      }
    }
    target[base + x] = ((low >>> shift) & laneMask) | ((green >>> shift) & 0xff00);
  }
  return to;
}
