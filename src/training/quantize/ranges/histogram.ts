import { TrainingError } from '../../../core/errors.js';

/** Where values may lie; holds 0. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How often values occurred, in equal bins over [low, high]. */
export interface Histogram extends Range {
  readonly counts: Float64Array;
}

export const histogramBins = 2048;

/** Widens `range` to hold the values. @throws TrainingError when one is not finite, naming `tensor`. */
export function extendRange(range: Range, values: Float32Array, tensor: string): Range {
  let { low, high } = range;
  for (const value of values) {
    if (value < low) low = value;
    else if (value > high) high = value;
    else if (Number.isNaN(value)) throw notFinite(tensor, value);
  }
  if (Number.isFinite(low) && Number.isFinite(high)) return { low, high };
  throw notFinite(tensor, Number.isFinite(low) ? high : low);
}

export function emptyHistogram({ low, high }: Range): Histogram {
  return { low, high, counts: new Float64Array(histogramBins) };
}

/** Counts the values, which lie in the histogram's range. */
export function count(values: Float32Array, { low, high, counts }: Histogram): void {
  const scale = high > low ? histogramBins / (high - low) : 0;
  for (const value of values) {
    const bin = Math.floor((value - low) * scale);
    counts[bin < histogramBins ? bin : histogramBins - 1]! += 1;
  }
}

/** The value in the middle of a bin. */
export function binCentre({ low, high }: Range, bin: number): number {
  return low + ((bin + 0.5) * (high - low)) / histogramBins;
}

function notFinite(tensor: string, value: number): TrainingError {
  return new TrainingError(
    `activation "${tensor}" holds ${Number.isNaN(value) ? 'NaN' : String(value)}: a model that computes this cannot be quantized`,
  );
}
