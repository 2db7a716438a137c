import type { Spec } from 'vega';
import { seriesColours } from '../palette.js';
import { type AxisOptions, chartWidth, config, legendBelow, numericAxis, numericScale } from './common.js';

export interface LineChart {
  readonly title: string;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    /** Drawn dashed: a reference, a smoothed or a validation curve. */
    readonly dashed?: boolean | undefined;
  }[];
}

export function lineSpec({ title, x, y, series }: LineChart): Spec {
  const points = series.flatMap(({ name, points: pairs, dashed = false }) =>
    pairs.map(([px, py]) => ({ x: px, y: py, series: name, dashed })),
  );
  return {
    width: chartWidth,
    height: 260,
    padding: 6,
    autosize: { type: 'fit', contains: 'padding' },
    config,
    title: { text: title },
    data: [
      {
        name: 'points',
        // null is left out of the axis; Infinity would stretch it without end
        values: points.map((point) =>
          isDrawable(point.x, x) && isDrawable(point.y, y)
            ? { ...point, drawn: true }
            : { ...point, x: null, y: null, drawn: false },
        ),
      },
    ],
    scales: [
      numericScale('x', 'x', x),
      numericScale('y', 'y', y),
      {
        name: 'colour',
        type: 'ordinal',
        domain: series.map(({ name }) => name),
        range: [...seriesColours],
      },
    ],
    axes: [numericAxis('x', x), numericAxis('y', y)],
    legends: series.length > 1 ? [legendBelow('stroke', 'stroke')] : [],
    marks: [
      {
        type: 'group',
        from: { facet: { name: 'one', data: 'points', groupby: 'series' } },
        encode: { enter: { width: { signal: 'width' }, height: { signal: 'height' } } },
        marks: [
          {
            type: 'line',
            clip: true,
            from: { data: 'one' },
            encode: {
              enter: {
                x: { scale: 'x', field: 'x' },
                y: { scale: 'y', field: 'y' },
                stroke: { scale: 'colour', field: 'series' },
                strokeWidth: { value: 2 },
                strokeJoin: { value: 'round' },
                defined: { field: 'drawn' },
                strokeDash: { signal: 'datum.dashed ? [5, 4] : null' },
              },
            },
          },
        ],
      },
    ],
  };
}

function isDrawable(value: number, { scale }: AxisOptions): boolean {
  return Number.isFinite(value) && (scale !== 'log' || value > 0);
}
