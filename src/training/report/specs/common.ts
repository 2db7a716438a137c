import type { Axis, Config, Legend, Scale } from 'vega';
import { palette } from '../palette.js';

export interface AxisOptions {
  readonly label: string;
  /** Default: from the data. */
  readonly domain?: readonly [low: number, high: number] | undefined;
  /** Default linear. Values must be positive for `log`. */
  readonly scale?: 'linear' | 'log' | undefined;
  /** d3 number format of the ticks, such as `.0%`. */
  readonly format?: string | undefined;
}

/** Native width of every chart: narrow, so that text stays readable when a phone shrinks it. */
export const chartWidth = 460;

const font = 'system-ui, sans-serif';

export const config: Config = {
  axis: {
    labelFont: font,
    titleFont: font,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: palette.faint.light,
    titleColor: palette.faint.light,
    gridColor: palette.rule.light,
    domainColor: palette.rule.light,
    ticks: false,
    labelPadding: 6,
    titlePadding: 8,
  },
  title: {
    font,
    fontSize: 14,
    fontWeight: 600,
    color: palette.ink.light,
    anchor: 'start',
    offset: 10,
  },
  legend: {
    labelFont: font,
    labelFontSize: 12,
    labelColor: palette.ink.light,
    labelLimit: 220,
    symbolStrokeWidth: 3,
  },
};

/** A numeric scale of a chart's `data` field. */
export function numericScale(name: 'x' | 'y', field: string, options: AxisOptions, zero = false): Scale {
  const { domain, scale = 'linear' } = options;
  const common = {
    name,
    range: name === 'x' ? 'width' : 'height',
    domain: domain ? [...domain] : { data: 'points', field },
    nice: !domain,
  } as const;
  return scale === 'log' ? { ...common, type: 'log' } : { ...common, type: 'linear', zero };
}

export function numericAxis(scale: 'x' | 'y', { label, format, scale: type }: AxisOptions): Axis {
  return {
    scale,
    orient: scale === 'x' ? 'bottom' : 'left',
    ...(label === '' ? {} : { title: label }),
    grid: true,
    tickCount: 6,
    labelOverlap: true,
    ...(format === undefined ? {} : { format }),
    // between the powers of ten the grid of a log axis steps back
    ...(type === 'log' ? { encode: { grid: { update: { opacity: { signal: fullAtPowersOfTen } } } } } : {}),
  };
}

const fullAtPowersOfTen = 'abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6 ? 1 : 0.35';

/** A legend under the chart, in rows. */
export function legendBelow(scale: 'fill' | 'stroke', symbolType: string): Legend {
  return { [scale]: 'colour', orient: 'bottom', direction: 'horizontal', columns: 2, symbolType };
}
