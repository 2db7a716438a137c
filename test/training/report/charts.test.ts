import test from 'ava';
import { barChart, histogram, lineChart, standaloneSvg } from '../../../src/training/report/charts.js';
import { palette } from '../../../src/training/report/palette.js';

test('a line chart draws one path a series, names them and dashes what is to be dashed', async (t) => {
  const svg = await lineChart({
    title: 'Loss',
    x: { label: 'step' },
    y: { label: 'loss' },
    series: [
      {
        name: 'training',
        points: [
          [0, 1],
          [1, 0.5],
        ],
      },
      {
        name: 'validation',
        points: [
          [0, 1],
          [1, 0.7],
        ],
        dashed: true,
      },
    ],
  });
  t.true(svg.startsWith('<svg'));
  const lines = svg.match(/<path d="M[^>]*stroke="#(1668b8|d98a00)"[^>]*>/g) ?? [];
  t.deepEqual(
    lines.map((line) => line.includes('stroke-dasharray="5,4"')),
    [false, true],
  );
  for (const text of ['Loss', 'step', 'loss', 'training', 'validation'])
    t.true(svg.includes(`>${text}<`), text);
});

test('a value that is not finite, or not positive on a log axis, is a gap and does not stretch the axis', async (t) => {
  const points: [number, number][] = [
    [0, 1],
    [1, Number.POSITIVE_INFINITY],
    [2, Number.NaN],
    [3, 0],
    [4, 2],
    [5, 3],
  ];
  const chart = { title: 'a', x: { label: 'x' }, series: [{ name: 'only', points }] };
  const svg = await lineChart({ ...chart, y: { label: 'y', scale: 'log' } });
  t.notRegex(svg, /NaN|Infinity/);
  t.regex(svg, /aria-label="Y-axis titled 'y' for a log scale with values from 1 to 10"/);
});

test('a bar chart has a bar a row and a mark for every reference that knows the row', async (t) => {
  const svg = await barChart({
    title: 'AUC',
    x: { label: '', domain: [0, 1] },
    bars: [
      { label: 'one', value: 0.5 },
      { label: 'two', value: 0.25 },
    ],
    references: [{ name: 'KCF', values: { one: 0.3, elsewhere: 0.9 } }],
  });
  t.is(svg.match(/aria-roledescription="rect mark"|<path[^>]*fill="#1668b8"/g)?.length, 2);
  t.true(svg.includes('>KCF<'));
  t.notRegex(svg, /elsewhere/);
});

test('a histogram counts every value within its domain once, the upper edge too', async (t) => {
  const svg = await histogram({
    title: 'sides',
    x: { label: 'px', domain: [0, 4] },
    values: [0, 1, 1.5, 4, 5, Number.NaN],
    bins: 4,
  });
  t.regex(svg, /aria-label="Y-axis titled 'count' for a linear scale with values from 0\.0 to 2\.0"/);
});

test('charts of no data, one value or equal values are still charts', async (t) => {
  for (const values of [[], [3], [3, 3]]) {
    t.notRegex(await histogram({ title: 'a', x: { label: 'x' }, values }), /NaN/);
  }
  t.notRegex(await barChart({ title: 'a', x: { label: 'x', domain: [0, 1] }, bars: [] }), /NaN/);
});

test('a standalone chart carries the dark colours with it', async (t) => {
  const svg = standaloneSvg(await histogram({ title: 'a', x: { label: 'x' }, values: [1, 2] }));
  t.regex(svg, /^<svg[^>]*><style>@media \(prefers-color-scheme:dark\)/);
  t.true(svg.includes(palette.series1.dark));
});
