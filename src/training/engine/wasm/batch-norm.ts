import type { BatchStatistics } from '../types.js';

// Batch normalisation (Ioffe and Szegedy, ICML 2015) over rows of channels, channels fastest.

/** Mean and biased variance of each channel, summed in double precision. */
export function statisticsOf(x: Float32Array, channels: number): BatchStatistics {
  const rows = x.length / channels;
  const sums = new Float64Array(channels);
  for (let i = 0; i < x.length; i += channels) {
    for (let c = 0; c < channels; c++) sums[c]! += x[i + c]!;
  }
  const mean = sums.map((sum) => sum / rows);
  const squares = new Float64Array(channels);
  for (let i = 0; i < x.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const deviation = x[i + c]! - mean[c]!;
      squares[c]! += deviation * deviation; // ** calls a function
    }
  }
  return { mean: Float32Array.from(mean), variance: Float32Array.from(squares, (square) => square / rows) };
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, clipped at 0 where `relu` is true. */
export function normalise(
  x: Float32Array,
  y: Float32Array,
  { mean, variance }: BatchStatistics,
  affine: { readonly gamma: Float32Array; readonly beta: Float32Array; readonly epsilon: number },
  relu: boolean,
): void {
  const channels = mean.length;
  const scale = Float64Array.from(variance, (v, c) => affine.gamma[c]! / Math.sqrt(v + affine.epsilon));
  const shift = Float64Array.from(mean, (m, c) => affine.beta[c]! - m * scale[c]!);
  // Signs are random: a branch, or Math.max, costs five times as much as the arithmetic around it.
  const clip = relu ? 1 : 0;
  for (let i = 0; i < x.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const value = x[i + c]! * scale[c]! + shift[c]!;
      y[i + c] = value + clip * 0.5 * (Math.abs(value) - value); // max(value, 0) = (value + |value|) / 2
    }
  }
}

export interface NormGradient {
  readonly x: Float32Array;
  readonly dy: Float32Array;
  /** The clipped result, where a ReLU follows. */
  readonly y?: Float32Array;
  readonly gamma: Float32Array;
  readonly statistics: BatchStatistics;
  readonly epsilon: number;
  /** Results. */
  readonly dx: Float32Array;
  readonly dgamma: Float32Array;
  readonly dbeta: Float32Array;
}

/** Gradients of the input, gamma and beta, through the statistics as well. */
export function gradientOfNorm({
  x,
  dy,
  y,
  gamma,
  statistics,
  epsilon,
  dx,
  dgamma,
  dbeta,
}: NormGradient): void {
  const { mean, variance } = statistics;
  const channels = mean.length;
  const rows = x.length / channels;
  const inverse = Float64Array.from(variance, (v) => 1 / Math.sqrt(v + epsilon));
  // 1. through the ReLU; sums of dy and of dy times the centred input
  if (y)
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i]! * Number(y[i]! > 0); // no branch, see above
  else dx.set(dy);
  const sums = new Float64Array(channels);
  const products = new Float64Array(channels);
  for (let i = 0; i < x.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      const g = dx[i + c]!;
      sums[c]! += g;
      products[c]! += g * (x[i + c]! - mean[c]!);
    }
  }
  // 2. dgamma = sum(dy xhat), dbeta = sum(dy)
  for (let c = 0; c < channels; c++) {
    dgamma[c] = products[c]! * inverse[c]!;
    dbeta[c] = sums[c]!;
  }
  // 3. dx = gamma / sigma (dy - mean(dy) - xhat mean(dy xhat))
  const slope = inverse.map((i, c) => i * gamma[c]!);
  const offset = sums.map((sum) => sum / rows);
  const pull = products.map((product, c) => (product * inverse[c]! * inverse[c]!) / rows);
  for (let i = 0; i < x.length; i += channels) {
    for (let c = 0; c < channels; c++) {
      dx[i + c] = slope[c]! * (dx[i + c]! - offset[c]! - (x[i + c]! - mean[c]!) * pull[c]!);
    }
  }
}
