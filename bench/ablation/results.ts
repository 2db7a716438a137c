import { mean } from '../../src/training/evaluate/metrics.js';
import { cumulative, noisePair, variants, wrongShares } from './variants.js';

/** What one variant reaches with one seed. */
export interface Result {
  readonly variant: string;
  readonly seed: number;
  /** Pairs the network saw after the common start. */
  readonly pairs: number;
  /** Mean success AUC over the development sequences, 0..1. */
  readonly auc: number;
  /** Share of frames whose centre is at most 20 px off. */
  readonly precision20: number;
}

/** One row of ablation.json: a variant over its seeds. */
export interface Row {
  readonly variant: string;
  readonly pairs: number;
  readonly seeds: string;
  readonly auc: number;
  readonly 'auc of each seed': string;
  readonly precision: number;
}

/** A row for every variant that has results, in the order of the variants. */
export function rowsOf(results: readonly Result[]): Row[] {
  return variants.flatMap(({ name, text }) => {
    const own = resultsOf(results, name);
    const [first] = own;
    if (!first) return [];
    return [
      {
        variant: text,
        pairs: first.pairs,
        seeds: own.map(({ seed }) => seed).join(', '),
        auc: rounded(mean(own.map(({ auc }) => auc))),
        'auc of each seed': own.map(({ auc }) => auc.toFixed(3)).join(', '),
        precision: rounded(mean(own.map(({ precision20 }) => precision20))),
      },
    ];
  });
}

/** The two tables of docs/training.md. */
export function markdownOf(results: readonly Result[]): string {
  const names = new Set(cumulative.map(({ text }) => text));
  const steps = rowsOf(results).filter(({ variant }) => names.has(variant));
  const budget = steps[0]?.pairs.toLocaleString('en') ?? '0';
  const lines = [
    `| trained with (${budget} pairs each) | AUC | of each seed | precision |`,
    '| --- | --- | --- | --- |',
    ...steps.map(
      (row) =>
        `| ${row.variant} | ${row.auc.toFixed(3)} | ${row['auc of each seed']} | ${row.precision.toFixed(3)} |`,
    ),
    '',
    '| wrong among the mined pairs | plain loss, AUC | noise-robust loss, AUC |',
    '| --- | --- | --- |',
    ...[0, ...wrongShares].map((share) => {
      const cells = noisePair(share).map((name) => {
        const aucs = resultsOf(results, name).map(({ auc }) => auc);
        return aucs.length === 0 ? '–' : mean(aucs).toFixed(3);
      });
      return `| ${100 * share} % | ${cells.join(' | ')} |`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function resultsOf(results: readonly Result[], name: string): Result[] {
  return results.filter(({ variant }) => variant === name).sort((a, b) => a.seed - b.seed);
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
