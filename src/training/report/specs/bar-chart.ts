import type { Spec } from 'vega';
import { palette, seriesColours } from '../palette.js';
import { type AxisOptions, chartWidth, config, legendBelow, numericAxis, numericScale } from './common.js';

export interface BarChart {
  readonly title: string;
  readonly x: AxisOptions;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  /** Values to compare with, drawn as marks on the rows they name. */
  readonly references?:
    readonly { readonly name: string; readonly values: Readonly<Record<string, number>> }[] | undefined;
}

const rowHeight = 20;

export function barSpec({ title, x, bars, references = [] }: BarChart): Spec {
  const marks = references.flatMap(({ name, values }) =>
    bars.flatMap(({ label }) => (label in values ? [{ label, series: name, value: values[label] }] : [])),
  );
  return {
    width: chartWidth,
    height: bars.length * rowHeight + 90,
    padding: 6,
    autosize: { type: 'fit', contains: 'padding' },
    config,
    title: { text: title },
    data: [
      { name: 'points', values: bars.map((bar) => ({ ...bar })) },
      { name: 'references', values: marks },
    ],
    scales: [
      numericScale('x', 'value', x, true),
      {
        name: 'row',
        type: 'band',
        range: 'height',
        domain: bars.map(({ label }) => label),
        padding: 0.25,
      },
      {
        name: 'colour',
        type: 'ordinal',
        domain: references.map(({ name }) => name),
        range: seriesColours.slice(1),
      },
    ],
    axes: [
      numericAxis('x', x),
      {
        scale: 'row',
        orient: 'left',
        domain: false,
        labelLimit: 200,
        labelColor: palette.ink.light,
      },
    ],
    legends: references.length > 0 ? [legendBelow('fill', 'circle')] : [],
    marks: [
      {
        type: 'rect',
        from: { data: 'points' },
        encode: {
          enter: {
            x: { scale: 'x', value: 0 },
            x2: { scale: 'x', field: 'value' },
            y: { scale: 'row', field: 'label' },
            height: { scale: 'row', band: 1 },
            fill: { value: palette.series1.light },
            cornerRadius: { value: 2 },
          },
        },
      },
      {
        type: 'symbol',
        from: { data: 'references' },
        encode: {
          enter: {
            x: { scale: 'x', field: 'value' },
            y: { scale: 'row', field: 'label', band: 0.5 },
            fill: { scale: 'colour', field: 'series' },
            stroke: { value: palette.ground.light },
            size: { value: 55 },
          },
        },
      },
    ],
  };
}
