import { barChart, lineChart } from '../report/charts.js';
import { chartGrid, type Html, html, htmlPage, rawHtml } from '../report/page.js';
import { distanceThresholds, overlapThresholds } from './metrics.js';
import type { Reference } from './reference.js';
import { honestyCharts, honestyNote } from './report-honesty.js';
import { failureStrip } from './report-failures.js';
import { scoreTable } from './report-table.js';
import { timelines } from './report-timelines.js';
import { reportCss } from './report-css.js';
import { meanCurve, type ScoredRun, type Summary } from './summary.js';

export interface ReportInput {
  readonly title: string;
  readonly runs: readonly ScoredRun[];
  readonly summary: Summary;
  readonly reference?: Reference | undefined;
}

/** The text of report.html: self-contained, no script, no request. */
export async function renderReport(input: ReportInput): Promise<string> {
  const { title, runs, summary, reference } = input;
  const ranked = [...runs].sort((a, b) => (b.scores?.auc ?? -1) - (a.scores?.auc ?? -1));
  const charts = [...(await curves(runs)), ...(await bars(ranked, reference))];
  return htmlPage({
    title,
    css: reportCss,
    lead: html`${figures(summary)}${problems(summary)}`,
    sections: [
      { heading: 'Scores', body: chartGrid(charts) },
      { heading: 'Honesty', note: honestyNote, body: chartGrid(await honestyCharts(runs, summary)) },
      {
        heading: 'Sequences',
        note: timeNote(summary),
        body: scoreTable(summary, reference),
      },
      {
        heading: 'Worst failures',
        note: 'How the longest stretches without the target began: the first frame in which the overlap fell below 0.1. Green: truth; orange: the tracker.',
        body: failureStrip(runs),
      },
      {
        heading: 'Frame by frame',
        note: 'Height: overlap with the truth, 0 to 1. Strip below: what the tracker said of itself.',
        body: timelines(ranked),
      },
    ],
  });
}

async function curves(runs: readonly ScoredRun[]): Promise<string[]> {
  const success = meanCurve(runs, 'success');
  const precision = meanCurve(runs, 'precision');
  if (success === null || precision === null) return [];
  const y = { label: 'share of frames', domain: [0, 1], format: '.0%' } as const;
  return Promise.all([
    lineChart({
      title: 'Success',
      x: { label: 'overlap greater than', domain: [0, 1] },
      y,
      series: [{ name: 'mean', points: zip(overlapThresholds, success) }],
    }),
    lineChart({
      title: 'Precision',
      x: { label: 'centre within (px)', domain: [0, 50] },
      y,
      series: [{ name: 'mean', points: zip(distanceThresholds, precision) }],
    }),
  ]);
}

async function bars(ranked: readonly ScoredRun[], reference: Reference | undefined): Promise<string[]> {
  const scored = ranked.flatMap(({ run, scores }) => (scores ? [{ label: run.name, scores }] : []));
  if (scored.length === 0) return [];
  const references = (reference?.rows ?? []).flatMap(({ tracker, sequences }) =>
    sequences ? [{ name: tracker, values: sequences }] : [],
  );
  const x = { label: '', domain: [0, 1] } as const;
  return Promise.all([
    barChart({
      title: 'Success AUC by sequence',
      x,
      bars: scored.map(({ label, scores }) => ({ label, value: scores.auc })),
      references,
    }),
    barChart({
      title: 'Precision at 20 px by sequence',
      x,
      bars: scored.map(({ label, scores }) => ({ label, value: scores.precision20 })),
    }),
  ]);
}

function figures({ mean, msPerFrame, longTerm, reacquisition, reliability, sequences }: Summary): Html {
  const items: readonly (readonly [string, number | null, number])[] = [
    ['success AUC', mean.auc, 3],
    ['precision at 20 px', mean.precision20, 3],
    ['long-term F-score', longTerm?.fScore ?? null, 3],
    ['true absence', mean.trueAbsenceRate, 3],
    ['false alarms', mean.falseAlarmRate, 3],
    ['on something else', mean.switchRate, 3],
    ['frames to re-acquire', reacquisition.mean, 1],
    ['calibration error', reliability?.ece ?? null, 3],
    ['coasting', mean.coastingRate, 3],
    ['ms a frame, median', msPerFrame.median, 2],
    ['ms a frame, p99', msPerFrame.p99, 2],
    ['sequences', sequences.length, 0],
  ];
  return html`<dl class="figures">
    ${items.map(
      ([name, value, digits]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value?.toFixed(digits) ?? '–'}</dd>
        </div>`,
    )}
  </dl>`;
}

function problems({ problems: list = [] }: Summary): Html {
  if (list.length === 0) return rawHtml('');
  return html`<div class="warning">
    <strong>Partial result.</strong>${list.map((problem) => html`<p>${problem}</p>`)}
  </div>`;
}

function timeNote({ jobs }: Summary): string {
  const time = 'Time: tracker.update alone, without decoding.';
  return jobs === undefined ? time : `${time} ${jobs} sequences ran side by side: not comparable.`;
}

function zip(xs: readonly number[], ys: readonly number[]): [number, number][] {
  return xs.map((x, index) => [x, ys[index]!]);
}
