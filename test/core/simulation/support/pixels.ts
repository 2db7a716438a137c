import type { Box } from '../../../../src/core/geometry/box.js';
import type { Simulation } from '../../../../src/core/simulation/simulation.js';

/** A small picture without noise or motion blur: what is seen is what was drawn. */
export const clean = { size: { width: 320, height: 180 }, noise: 0, blur: 0 } as const;

export interface ChangedPixels {
  readonly count: number;
  /** Bounding box, null when nothing changed. */
  readonly box: Box | null;
}

/** The pixels that change when the target's body is left out. Only for format rgb24. */
export function targetPixels(simulation: Simulation, threshold = 0): ChangedPixels {
  const { width } = simulation.settings.size;
  const shown = renderFrame(simulation);
  const hidden = renderFrame(simulation, false);
  let [left, right, top, bottom, count] = [Infinity, -Infinity, Infinity, -Infinity, 0];
  for (let i = 0; i < shown.length; i += 3) {
    const change = Math.max(...[0, 1, 2].map((c) => Math.abs(shown[i + c]! - hidden[i + c]!)));
    if (change <= threshold) continue;
    const x = (i / 3) % width;
    const y = Math.floor(i / 3 / width);
    count++;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  if (count === 0) return { count, box: null };
  const box = { cx: (left + right) / 2, cy: (top + bottom) / 2, width: right - left, height: bottom - top };
  return { count, box };
}

export function renderFrame(simulation: Simulation, targetBody = true): Uint8Array {
  const data = new Uint8Array(simulation.frameBytes);
  simulation.render(data, { targetBody });
  return data;
}

/** Steps of 1/30 s until `done`, at most `seconds`. */
export function runUntil(simulation: Simulation, done: () => boolean, seconds: number): boolean {
  while (!done()) {
    if (simulation.time > seconds) return false;
    simulation.step(1 / 30);
  }
  return true;
}

/** Share of each of 64 colours (2 bits a channel) in a box of an rgb24 picture. */
export function colourHistogram(data: Uint8Array, width: number, box: Box): Float64Array {
  const bins = new Float64Array(64);
  const [x0, x1] = [Math.round(box.cx - box.width / 2), Math.round(box.cx + box.width / 2)];
  const [y0, y1] = [Math.round(box.cy - box.height / 2), Math.round(box.cy + box.height / 2)];
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const i = 3 * (y * width + x);
      bins[((data[i]! >> 6) << 4) | ((data[i + 1]! >> 6) << 2) | (data[i + 2]! >> 6)]! += 1;
    }
  }
  return bins.map((count) => count / ((x1 - x0) * (y1 - y0)));
}

/** Hellinger distance of two histograms: 0 equal, 1 disjoint. */
export function histogramDistance(a: Float64Array, b: Float64Array): number {
  const shared = a.reduce((sum, share, i) => sum + Math.sqrt(share * b[i]!), 0);
  return Math.sqrt(Math.max(0, 1 - shared));
}
