import type { SequenceSummary, Summary } from '../../training/evaluate/index.js';

const heads = ['frames', 'AUC', 'prec20', 'ms', 'p99', 'absence', 'false', 'coast'];

/** One line a sequence, in the order of the summary, and the mean below. */
export function formatTable({ mean, msPerFrame, sequences, partial, jobs }: Summary): string {
  const rows = sequences.map((row) => [row.partial ? `${row.name} *` : row.name, ...cellsOf(row)]);
  const frames = sequences.reduce((sum, row) => sum + row.frames, 0);
  const all = [['sequence', ...heads], ...rows, ['mean', ...cellsOf({ ...mean, frames, msPerFrame })]];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  '),
  );
  const rule = '-'.repeat(lines[0]!.length);
  return [
    lines[0],
    rule,
    ...lines.slice(1, -1),
    rule,
    lines.at(-1),
    ...(partial ? ['* partial result: the mean is over the complete sequences'] : []),
    ...(jobs === undefined ? [] : [`${jobs} sequences side by side: ms are not comparable`]),
  ].join('\n');
}

type Row = Omit<SequenceSummary, 'name' | 'auc' | 'precision20' | 'falseAlarmRate' | 'coastingRate'> &
  Record<'auc' | 'precision20' | 'falseAlarmRate' | 'coastingRate', number | null>;

function cellsOf(row: Row): string[] {
  return [
    String(row.frames),
    number(row.auc, 3),
    number(row.precision20, 3),
    number(row.msPerFrame.median, 2),
    number(row.msPerFrame.p99, 2),
    number(row.trueAbsenceRate, 2),
    number(row.falseAlarmRate, 2),
    number(row.coastingRate, 2),
  ];
}

function number(value: number | null, digits: number): string {
  return value?.toFixed(digits) ?? '-';
}
