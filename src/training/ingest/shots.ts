import type { Thumbnail } from './thumbnail.js';

/** Finds hard cuts in a sequence of thumbnails. */
export interface ShotDetector {
  add(thumbnail: Thumbnail): void;
  /** Indices of the thumbnails that begin a new shot; never 0. */
  cuts(): number[];
}

/**
 * A cut changes the colour histogram and the layout at once, and stands out from the changes around it: fast flight changes
 * both too, but in every frame.
 */
export function createShotDetector(): ShotDetector {
  const histogramSteps: number[] = [];
  const layoutSteps: number[] = [];
  let previous: Signature | null = null;
  return {
    add: (thumbnail) => {
      const current = signatureOf(thumbnail);
      histogramSteps.push(previous ? histogramDistance(previous.histogram, current.histogram) : 0);
      layoutSteps.push(previous ? 1 - correlation(previous.layout, current.layout) : 0);
      previous = current;
    },
    cuts: () =>
      histogramSteps.flatMap((histogram, index) => {
        const layout = layoutSteps[index]!;
        const usual = median(histogramSteps.slice(Math.max(1, index - 6), index + 7));
        const breaks =
          (histogram > 0.2 && layout > 0.4) || histogram > 0.6 || (layout > 0.75 && histogram > 0.1);
        return index > 0 && breaks && histogram > 2.5 * usual ? [index] : [];
      }),
  };
}

interface Signature {
  /** Shares of 32 luma, 16 + 16 chroma bins. */
  readonly histogram: Float32Array;
  /** Mean luma of 16 x 9 blocks. */
  readonly layout: Float32Array;
}

function signatureOf({ columns, rows, y, u, v }: Thumbnail): Signature {
  const histogram = new Float32Array(64);
  const layout = new Float32Array(16 * 9);
  const counts = new Float32Array(16 * 9);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      histogram[y[i]! >> 3]!++;
      histogram[32 + (u[i]! >> 4)]!++;
      histogram[48 + (v[i]! >> 4)]!++;
      const block = Math.floor((row * 9) / rows) * 16 + Math.floor((column * 16) / columns);
      layout[block]! += y[i]!;
      counts[block]!++;
    }
  }
  for (let block = 0; block < layout.length; block++) layout[block]! /= Math.max(1, counts[block]!);
  return { histogram: histogram.map((n) => n / y.length), layout };
}

/** Half the L1 distance of the blurred histograms, of the channel that changed most: 0..1. Brightness may drift by a few levels. */
function histogramDistance(a: Float32Array, b: Float32Array): number {
  const distances = [
    [0, 32],
    [32, 48],
    [48, 64],
  ].map(([from, to]) => {
    const change = (bin: number): number => (bin >= from! && bin < to! ? a[bin]! - b[bin]! : 0);
    let distance = 0;
    for (let bin = from!; bin < to!; bin++) {
      distance += Math.abs(change(bin - 1) + 2 * change(bin) + change(bin + 1)) / 8;
    }
    return distance;
  });
  return Math.max(...distances);
}

/** Pearson correlation; 1 for two flat pictures. */
function correlation(a: Float32Array, b: Float32Array): number {
  const meanA = a.reduce((sum, value) => sum + value, 0) / a.length;
  const meanB = b.reduce((sum, value) => sum + value, 0) / b.length;
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    ab += (a[i]! - meanA) * (b[i]! - meanB);
    aa += (a[i]! - meanA) ** 2;
    bb += (b[i]! - meanB) ** 2;
  }
  return aa < a.length || bb < b.length ? 1 : ab / Math.sqrt(aa * bb);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
