import { summarise } from '../../src/training/evaluate/summary.js';
import { type Share, summariseCases } from '../../src/training/occlude/index.js';
import type { Measured } from './measure.js';

/** The numbers of one setting on some sequences; null where there is nothing to measure. */
export interface Row {
  readonly name: string;
  readonly auc: number | null;
  readonly precision: number | null;
  readonly fScore: number | null;
  readonly trueAbsence: number | null;
  readonly falseAlarm: number | null;
  readonly ece: number | null;
  /** Of the covered frames: called `tracking`. */
  readonly covered: number | null;
  /** Of the covers and jumps: seen again within 15 frames. */
  readonly found: number | null;
  readonly switched: number | null;
  /** Median of an update. */
  readonly ms: number | null;
}

/** @param names of the sequences that count */
export function rowOf({ name, runs, cases }: Measured, names: ReadonlySet<string>): Row {
  const { mean, longTerm, reliability, msPerFrame } = summarise(
    runs.filter(({ sequence }) => names.has(sequence.name)),
  );
  // as one kind: covers and jumps in one row
  const disturbed = cases
    .filter(({ sequence }) => names.has(sequence))
    .map((score) => ({ ...score, kind: 'patch' as const, level: 0 }));
  const row = summariseCases(disturbed, { seed: 0, problems: [] }).rows[0];
  return {
    name,
    auc: mean.auc,
    precision: mean.precision20,
    fScore: longTerm?.fScore ?? null,
    trueAbsence: mean.trueAbsenceRate,
    falseAlarm: mean.falseAlarmRate,
    ece: reliability?.ece ?? null,
    covered: row?.coveredTracking.share ?? null,
    found: row?.reacquired.share ?? null,
    switched: row?.switched.share ?? null,
    ms: msPerFrame.median,
  };
}

const columns: readonly (readonly [
  head: string,
  key: Exclude<keyof Row, 'name'>,
  format: (v: number) => string,
])[] = [
  ['AUC', 'auc', (value) => value.toFixed(3)],
  ['precision', 'precision', (value) => value.toFixed(3)],
  ['F-score', 'fScore', (value) => value.toFixed(3)],
  ['true absence', 'trueAbsence', percent],
  ['false alarm', 'falseAlarm', percent],
  ['ECE', 'ece', (value) => value.toFixed(3)],
  ['tracking while covered', 'covered', percent],
  ['re-acquired in 15', 'found', percent],
  ['switched', 'switched', percent],
  ['ms', 'ms', (value) => value.toFixed(2)],
];

/** A markdown table under a heading, one line a setting. */
export function markdownTable(heading: string, rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (row: Row, [, key, format]: (typeof columns)[number]): string => {
    const value = row[key];
    return value === null ? '–' : format(value);
  };
  return [
    `### ${heading}`,
    '',
    line(['setting', ...columns.map(([head]) => head)]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) => line([row.name, ...columns.map((column) => cell(row, column))])),
    '',
  ].join('\n');
}

/** How each setting takes every kind and length of disturbance, over all sequences. */
export function disturbanceTable(measured: readonly Measured[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const shown = ({ share }: Share): string => (share === null ? '–' : percent(share));
  const rows = measured.flatMap(({ name, cases }) =>
    summariseCases(cases, { seed: 0, problems: [] }).rows.map((row) => [
      name,
      row.kind,
      row.level === null ? 'all' : String(row.level),
      String(row.held),
      ...[row.coveredTracking, row.reacquired, row.switched].map(shown),
    ]),
  );
  const heads = ['setting', 'kind', 'frames or shift', 'cases', 'tracking while covered'];
  return [
    '### By disturbance',
    '',
    line([...heads, 're-acquired in 15', 'switched']),
    line(['---', '---', '---:', '---:', '---:', '---:', '---:']),
    ...rows.map(line),
    '',
  ].join('\n');
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
