import { barChart, lineChart } from '../report/charts.js';
import { chartGrid, type Html, html, htmlPage } from '../report/page.js';
import { distanceThresholds, overlapThresholds } from './metrics.js';
import { meanCurve, type ScoredRun, type Summary } from './summary.js';

/** One of the models that are compared. */
export interface Contender {
  readonly name: string;
  readonly summary: Summary;
  readonly runs: readonly ScoredRun[];
}

/** The text of compare.html: both models' curves in the same charts, their scores side by side. Self-contained, no script, no request. */
export async function renderComparison(contenders: readonly [Contender, Contender]): Promise<string> {
  const [a, b] = contenders;
  return htmlPage({
    title: `${a.name} beside ${b.name}`,
    lead: figures(contenders),
    sections: [
      { heading: 'Curves', body: chartGrid(await curves(contenders)) },
      {
        heading: 'Sequences',
        note: `Bars: ${a.name}; marks: ${b.name}.`,
        body: chartGrid(await bars(contenders)),
      },
    ],
  });
}

async function curves(contenders: readonly Contender[]): Promise<string[]> {
  const series = (curve: 'success' | 'precision', thresholds: readonly number[]) =>
    contenders.map(({ name, runs }, index) => ({
      name,
      dashed: index > 0,
      points: (meanCurve(runs, curve) ?? []).map((share, at): [number, number] => [thresholds[at]!, share]),
    }));
  const y = { label: 'share of frames', domain: [0, 1], format: '.0%' } as const;
  return Promise.all([
    lineChart({
      title: 'Success',
      x: { label: 'overlap greater than', domain: [0, 1] },
      y,
      series: series('success', overlapThresholds),
    }),
    lineChart({
      title: 'Precision',
      x: { label: 'centre within (px)', domain: [0, 50] },
      y,
      series: series('precision', distanceThresholds),
    }),
  ]);
}

async function bars([a, b]: readonly [Contender, Contender]): Promise<string[]> {
  const chart = (title: string, score: (row: Summary['sequences'][number]) => number): Promise<string> =>
    barChart({
      title,
      x: { label: '', domain: [0, 1] },
      bars: a.summary.sequences.map((row) => ({ label: row.name, value: score(row) })),
      references: [
        {
          name: b.name,
          values: Object.fromEntries(b.summary.sequences.map((row) => [row.name, score(row)])),
        },
      ],
    });
  return Promise.all([
    chart('Success AUC by sequence', ({ auc }) => auc),
    chart('Precision at 20 px by sequence', ({ precision20 }) => precision20),
  ]);
}

function figures(contenders: readonly Contender[]): Html {
  const rows: readonly (readonly [string, (summary: Summary) => number | null, number])[] = [
    ['success AUC', ({ mean }) => mean.auc, 3],
    ['precision at 20 px', ({ mean }) => mean.precision20, 3],
    ['long-term F-score', ({ longTerm }) => longTerm?.fScore ?? null, 3],
    ['true absence', ({ mean }) => mean.trueAbsenceRate, 3],
    ['ms an update, median', ({ msPerFrame }) => msPerFrame.median, 2],
    ['ms an update, p99', ({ msPerFrame }) => msPerFrame.p99, 2],
  ];
  return html`<table>
    <thead>
      <tr>
        <th></th>
        ${contenders.map(({ name }) => html`<th>${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([label, value, digits]) =>
          html`<tr>
            <td>${label}</td>
            ${contenders.map(({ summary }) => html`<td>${value(summary)?.toFixed(digits) ?? '–'}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
