import type { Contender } from '../../training/evaluate/compare-report.js';
import type { SequenceSummary } from '../../training/evaluate/index.js';
import { alignColumns } from './columns.js';

type Scores = Pick<SequenceSummary, 'name' | 'msPerFrame'> & {
  readonly auc: number | null;
  readonly precision20: number | null;
};

/** One line a sequence with both models' scores and what the second gains, and the means below. */
export function formatComparedTable([a, b]: readonly [Contender, Contender]): string {
  const heads = ['sequence', 'AUC', 'AUC', 'gain', 'prec20', 'prec20', 'ms', 'ms'];
  const named = ['', a.name, b.name, '', a.name, b.name, a.name, b.name];
  const rows = a.summary.sequences.flatMap((one) => {
    const other = b.summary.sequences.find(({ name }) => name === one.name);
    return other ? [cellsOf(one, other)] : [];
  });
  const meanOf = ({ summary }: Contender): Scores => ({
    ...summary.mean,
    name: 'mean',
    msPerFrame: summary.msPerFrame,
  });
  const { lines, rule } = alignColumns([heads, named, ...rows, cellsOf(meanOf(a), meanOf(b))]);
  return [...lines.slice(0, 2), rule, ...lines.slice(2, -1), rule, lines.at(-1)].join('\n');
}

function cellsOf(one: Scores, other: Scores): string[] {
  const gain = one.auc === null || other.auc === null ? null : other.auc - one.auc;
  return [
    one.name,
    number(one.auc, 3),
    number(other.auc, 3),
    gain === null ? '-' : `${gain < 0 ? '' : '+'}${gain.toFixed(3)}`,
    number(one.precision20, 3),
    number(other.precision20, 3),
    number(one.msPerFrame.median, 2),
    number(other.msPerFrame.median, 2),
  ];
}

function number(value: number | null, digits: number): string {
  return value?.toFixed(digits) ?? '-';
}
