import type { Window } from './contour-scorer.js';
import type { Segments } from './segments.js';

/**
 * How well a window holds regions whole: 1 when none crosses its border, 0 when all that is in it belongs to what is outside.
 * Superpixels straddling of "What is an object?" (Alexe, Deselaers & Ferrari 2012), from some thousand samples of a window.
 */
export type Straddling = (window: Window) => number;

export function createStraddling({ label, sizes }: Segments, width: number): Straddling {
  const inside = new Float32Array(sizes.length);
  const met: number[] = [];
  return ({ left, top, right, bottom }) => {
    const area = (right - left) * (bottom - top);
    const step = Math.max(1, Math.round(Math.sqrt(area / 1000)));
    let samples = 0;
    for (let y = top; y < bottom; y += step) {
      for (let x = left; x < right; x += step) {
        const region = label[y * width + x]!;
        if (inside[region] === 0) met.push(region);
        inside[region]!++;
        samples++;
      }
    }
    const pixelsEach = area / samples;
    let straddling = 0;
    for (const region of met) {
      const pixels = inside[region]! * pixelsEach;
      straddling += Math.min(pixels, Math.max(0, sizes[region]! - pixels));
      inside[region] = 0;
    }
    met.length = 0;
    return 1 - straddling / area;
  };
}
