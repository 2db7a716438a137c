import { binCentre, histogramBins, type Histogram, type Range } from './histogram.js';

export const calibratorNames = ['min-max', 'percentile', 'entropy', 'mse'] as const;
export type CalibratorName = (typeof calibratorNames)[number];

/** Steps an 8-bit number has between the ends of its range. */
const steps = 255;

/**
 * The range that 8 bits shall cover, from how often values occurred. Narrower than what occurred: rounding becomes finer
 * and what lies outside is clipped.
 * - `min-max`: all that occurred.
 * - `percentile`: 99.99 % of it.
 * - `entropy`: least Kullback-Leibler divergence between the values and their quantized selves (Migacz 2017, NVIDIA's TensorRT).
 * - `mse`: least mean squared error of rounding and clipping together (Banner et al. 2019).
 */
export function chooseRange(name: CalibratorName, histogram: Histogram): Range {
  const { low, high } = histogram;
  if (!(high > low)) return { low: Math.min(low, 0), high: Math.max(high, 1e-6) };
  switch (name) {
    case 'min-max':
      return { low, high };
    case 'percentile':
      return clippedAt(histogram, percentileLimit(histogram, 0.9999));
    case 'entropy':
      return clippedAt(histogram, bestLimit(histogram, divergence));
    case 'mse':
      return clippedAt(histogram, bestLimit(histogram, squaredError));
  }
}

/** One limit serves both sides: |value| <= limit. */
function clippedAt({ low, high }: Range, limit: number): Range {
  return { low: Math.max(low, -limit), high: Math.min(high, limit) };
}

/** Occurrences by magnitude, in bins of equal width up to the greatest magnitude. */
function magnitudes(histogram: Histogram): { readonly counts: Float64Array; readonly width: number } {
  const reach = Math.max(-histogram.low, histogram.high);
  const width = reach / histogramBins;
  const counts = new Float64Array(histogramBins);
  for (const [bin, occurrences] of histogram.counts.entries()) {
    const at = Math.min(histogramBins - 1, Math.floor(Math.abs(binCentre(histogram, bin)) / width));
    counts[at]! += occurrences;
  }
  return { counts, width };
}

function percentileLimit(histogram: Histogram, share: number): number {
  const { counts, width } = magnitudes(histogram);
  const total = counts.reduce((sum, value) => sum + value, 0);
  let below = 0;
  for (const [bin, occurrences] of counts.entries()) {
    below += occurrences;
    if (below >= share * total) return (bin + 1) * width;
  }
  return histogramBins * width;
}

/** What a limit costs: `kept` bins of magnitude are covered by `levels` steps. */
type Cost = (counts: Float64Array, kept: number, levels: number) => number;

function bestLimit(histogram: Histogram, cost: Cost): number {
  const { counts, width } = magnitudes(histogram);
  // a range with both signs gives half of its steps to each
  const levels = histogram.low < 0 ? Math.round(steps / 2) : steps + 1;
  let best = { kept: histogramBins, value: Infinity };
  for (let kept = levels; kept <= histogramBins; kept += 8) {
    const value = cost(counts, kept, levels);
    if (value < best.value) best = { kept, value };
  }
  return best.kept * width;
}

const squaredError: Cost = (counts, kept, levels) => {
  const rounding = (kept / levels) ** 2 / 12; // uniform within a step; widths of a bin are the unit
  let error = 0;
  for (const [bin, occurrences] of counts.entries()) {
    error += occurrences * (bin < kept ? rounding : (bin + 0.5 - kept) ** 2);
  }
  return error;
};

const divergence: Cost = (all, kept, levels) => {
  // zero is exact whatever the limit: behind a Relu it would outweigh everything
  const counts = all.slice();
  counts[0] = counts[1]!;
  const reference = counts.slice(0, kept);
  // outliers are clipped onto the last bin of the reference, not of what is quantized
  for (let bin = kept; bin < counts.length; bin += 1) reference[kept - 1]! += counts[bin]!;
  const quantized = new Float64Array(kept);
  for (let level = 0; level < levels; level += 1) {
    const from = Math.round((level * kept) / levels);
    const to = Math.round(((level + 1) * kept) / levels);
    let sum = 0;
    let filled = 0;
    for (let bin = from; bin < to; bin += 1) {
      sum += counts[bin]!;
      if (counts[bin]! > 0) filled += 1;
    }
    // a level stands for those of its bins in which anything occurred
    for (let bin = from; bin < to; bin += 1) if (counts[bin]! > 0) quantized[bin] = sum / filled;
  }
  const [p, q] = [reference, quantized].map((list) => list.reduce((sum, value) => sum + value, 0));
  let total = 0;
  for (let bin = 0; bin < kept; bin += 1) {
    if (reference[bin] === 0) continue;
    const share = reference[bin]! / p!;
    // where clipping put outliers into an empty bin the quantized share is taken as tiny
    total += share * Math.log(share / Math.max(quantized[bin]! / q!, 1e-9));
  }
  return total;
};
