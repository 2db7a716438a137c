import { createHash } from 'node:crypto';
import { parse, type Spec, View } from 'vega';
import { barSpec, type BarChart } from './specs/bar-chart.js';
import { histogramSpec, type Histogram } from './specs/histogram.js';
import { lineSpec, type LineChart } from './specs/line-chart.js';
import { darkRules } from './palette.js';

export { type BarChart } from './specs/bar-chart.js';
export { type Histogram } from './specs/histogram.js';
export { type LineChart } from './specs/line-chart.js';

/** Curves over a common axis, as the text of an SVG. Points that are not finite leave a gap. */
export function lineChart(chart: LineChart): Promise<string> {
  return render(lineSpec(chart));
}

/** Horizontal bars, one a row, in the order given, with optional marks (a reference) on each row. */
export function barChart(chart: BarChart): Promise<string> {
  return render(barSpec(chart));
}

/** How often values fall into equal bins. */
export function histogram(chart: Histogram): Promise<string> {
  return render(histogramSpec(chart));
}

/** Makes a chart a file of its own, which follows the reader's light or dark setting. */
export function standaloneSvg(svg: string): string {
  const style = `<style>@media (prefers-color-scheme:dark){svg{background:#14181d}${darkRules('svg')}}</style>`;
  return svg.replace(/<svg[^>]*>/, (opening) => `${opening}${style}`);
}

async function render(spec: Spec): Promise<string> {
  const view = new View(parse(spec), { renderer: 'none' });
  try {
    return withOwnIds(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Vega numbers its clip paths from the same start in every chart; on one page they would mix. */
function withOwnIds(svg: string): string {
  const own = createHash('sha256').update(svg).digest('hex').slice(0, 8);
  return svg.replaceAll(/(id="|url\(#)([\w-]+)/g, `$1$2-${own}`);
}
