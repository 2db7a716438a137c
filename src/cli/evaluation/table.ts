import type { SequenceSummary, Summary } from '../../training/evaluate/index.js';
import { alignColumns } from './columns.js';

const heads = ['sequence', 'frames', 'AUC', 'prec20', 'ms', 'p99', 'F', 'absence', 'false', 'other', 'coast'];

/** One line a sequence, in the order of the summary, the mean below, and what is known of all frames together. At most 100 columns for names of up to 23 letters. */
export function formatTable(summary: Summary): string {
  const { mean, msPerFrame, longTerm, sequences, partial, jobs } = summary;
  const rows = sequences.map((row) => [row.partial ? `${row.name} *` : row.name, ...cellsOf(row)]);
  const frames = sequences.reduce((sum, row) => sum + row.frames, 0);
  const { lines, rule } = alignColumns([
    heads,
    ...rows,
    ['mean', ...cellsOf({ ...mean, frames, msPerFrame, longTerm })],
  ]);
  return [
    lines[0],
    rule,
    ...lines.slice(1, -1),
    rule,
    lines.at(-1),
    ...overall(summary),
    ...(partial ? ['* partial result: the mean is over the complete sequences'] : []),
    ...(jobs === undefined ? [] : [`${jobs} sequences side by side: ms are not comparable`]),
  ].join('\n');
}

function overall({ longTerm, reacquisition, reliability }: Summary): string[] {
  const { returns, found, mean, median, p90 } = reacquisition;
  const times =
    mean === null
      ? ''
      : `, after ${mean.toFixed(1)} frames (median ${number(median, 0)}, p90 ${number(p90, 0)})`;
  return [
    ...(longTerm
      ? [
          `long-term F ${number(longTerm.fScore, 3)} from confidence ${number(longTerm.threshold, 3)} on ` +
            `(precision ${number(longTerm.precision, 3)}, recall ${number(longTerm.recall, 3)})`,
        ]
      : []),
    ...(reliability
      ? [
          `calibration error ${number(reliability.ece, 3)} (adaptive bins ${number(reliability.adaptiveEce, 3)}) ` +
            `over ${reliability.frames} frames with a box`,
        ]
      : []),
    ...(returns > 0 ? [`found again ${found} of ${returns} times${times}`] : []),
  ];
}

type Shares = 'auc' | 'precision20' | 'trueAbsenceRate' | 'falseAlarmRate' | 'switchRate' | 'coastingRate';
type Row = Pick<SequenceSummary, 'frames' | 'msPerFrame' | 'longTerm'> &
  Readonly<Record<Shares, number | null>>;

function cellsOf(row: Row): string[] {
  return [
    String(row.frames),
    number(row.auc, 3),
    number(row.precision20, 3),
    number(row.msPerFrame.median, 2),
    number(row.msPerFrame.p99, 2),
    number(row.longTerm?.fScore ?? null, 3),
    number(row.trueAbsenceRate, 2),
    number(row.falseAlarmRate, 3),
    number(row.switchRate, 3),
    number(row.coastingRate, 2),
  ];
}

function number(value: number | null, digits: number): string {
  return value?.toFixed(digits) ?? '-';
}
