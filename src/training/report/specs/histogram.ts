import type { Spec } from 'vega';
import { palette } from '../palette.js';
import { type AxisOptions, chartWidth, config, numericAxis } from './common.js';

export interface Histogram {
  readonly title: string;
  readonly x: AxisOptions;
  readonly values: readonly number[];
  /** How often each value counts; once when absent. Values counted already are given by the middles of their bins. */
  readonly weights?: readonly number[] | undefined;
  /** Number of bins. Default 30. */
  readonly bins?: number | undefined;
}

/** Values that are not finite, or lie outside a given domain, are left out. */
export function histogramSpec({ title, x, values, weights, bins = 30 }: Histogram): Spec {
  const finite = values.filter((value) => Number.isFinite(value));
  const [low, high] = x.domain ?? rangeOf(finite);
  const counts = new Array<number>(bins).fill(0);
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value) || value < low || value > high) continue;
    // the last bin holds its upper edge too
    counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]! += weights?.[index] ?? 1;
  }
  const step = (high - low) / bins;
  return {
    width: chartWidth,
    height: 220,
    padding: 6,
    autosize: { type: 'fit', contains: 'padding' },
    config,
    title: { text: title },
    data: [
      {
        name: 'points',
        values: counts.map((count, bin) => ({ from: low + bin * step, to: low + (bin + 1) * step, count })),
      },
    ],
    scales: [
      { name: 'x', type: 'linear', range: 'width', domain: [low, high], zero: false },
      {
        name: 'y',
        type: 'linear',
        range: 'height',
        domain: { data: 'points', field: 'count' },
        zero: true,
        nice: true,
      },
    ],
    axes: [numericAxis('x', x), numericAxis('y', { label: 'count' })],
    marks: [
      {
        type: 'rect',
        from: { data: 'points' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'from', offset: 0.5 },
            x2: { scale: 'x', field: 'to', offset: -0.5 },
            y: { scale: 'y', field: 'count' },
            y2: { scale: 'y', value: 0 },
            fill: { value: palette.series1.light },
          },
        },
      },
    ],
  };
}

/** Never empty: a single value gets a range of 1 around it. */
function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}
