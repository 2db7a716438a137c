import { openWorkerPool } from '../../src/cli/evaluation/worker-pool.js';
import type { SequenceFolder } from '../../src/training/evaluate/index.js';
import { type ScoredRun, scoreRun } from '../../src/training/evaluate/summary.js';
import { type CaseScore, type PlanOptions, scoreCase } from '../../src/training/occlude/index.js';
import type { NamedSetting } from './settings.js';

/** What one setting did in every sequence. */
export interface Measured {
  readonly name: string;
  readonly runs: readonly ScoredRun[];
  readonly cases: readonly CaseScore[];
}

/** Runs one setting over all sequences, as they are and disturbed. @throws Error when a sequence does not come to its end. */
export async function measure(
  { name, parameters }: NamedSetting,
  {
    model,
    sequences,
    plan,
    jobs,
  }: {
    readonly model: string;
    readonly sequences: readonly SequenceFolder[];
    readonly plan: PlanOptions;
    readonly jobs: number;
  },
): Promise<Measured> {
  await using pool = await openWorkerPool(Math.min(jobs, sequences.length), { model, parameters });
  const done = new Map<string, { run: ScoredRun; cases: CaseScore[] }>();
  const waiting = [...sequences];
  const lane = async (): Promise<void> => {
    for (let sequence = waiting.shift(); sequence; sequence = waiting.shift()) {
      const run = await pool.run(sequence, { pictures: false });
      const disturbed = await pool.occlude(sequence, plan, {});
      const problem = run.problem ?? disturbed.problem;
      if (problem !== null) throw new Error(problem);
      done.set(sequence.name, { run: scoreRun(sequence, run), cases: disturbed.runs.map(scoreCase) });
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  const ordered = sequences.map((sequence) => done.get(sequence.name)!);
  return { name, runs: ordered.map(({ run }) => run), cases: ordered.flatMap(({ cases }) => cases) };
}
