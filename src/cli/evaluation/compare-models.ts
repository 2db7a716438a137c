import { basename, join, resolve } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Contender } from '../../training/evaluate/compare-report.js';
import { evaluateWith, type EvaluateOptions, type SequenceRunner } from '../../training/evaluate/evaluate.js';
import { type ScoredRun, scoreRun } from '../../training/evaluate/summary.js';
import { openWorkerPool } from './worker-pool.js';
import type { WorkerSetup } from './messages.js';

export interface CompareOptions extends Omit<EvaluateOptions, 'title'> {
  /** Two model folders. */
  readonly models: readonly string[];
  readonly parameters: WorkerSetup['parameters'];
}

/**
 * Evaluates two models on the same sequences, a sequence with the one, then with the other: what disturbs the machine disturbs both.
 * With `out` each leaves its own evaluation in a folder of its own, and compare.html draws them together.
 * @throws UsageError unless two different models are named.
 */
export async function compareModels({
  models,
  parameters,
  out,
  ...options
}: CompareOptions): Promise<readonly [Contender, Contender]> {
  const [first, second] = models;
  if (
    first === undefined ||
    second === undefined ||
    models.length > 2 ||
    resolve(first) === resolve(second)
  ) {
    throw new UsageError(`--compare "${models.join(' ')}": name two different model folders`);
  }
  await using a = await openWorkerPool(1, { model: first, parameters });
  await using b = await openWorkerPool(1, { model: second, parameters });
  const names = contenderNames(first, second);
  const inTurn = turns();
  const contend = async (name: string, runner: SequenceRunner): Promise<Contender> => {
    const runs: ScoredRun[] = [];
    const summary = await evaluateWith(
      async (sequence, settings) => {
        const run = await inTurn(() => runner(sequence, settings));
        runs.push(scoreRun(sequence, run));
        return run;
      },
      { ...options, title: `Evaluation of ${name}`, ...(out === undefined ? {} : { out: join(out, name) }) },
    );
    return { name, summary, runs };
  };
  return await Promise.all([contend(names[0], a.run), contend(names[1], b.run)]);
}

/** One after the other, in the order asked: two that ask again and again alternate. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined); // whose turn it was hears of it
    return mine;
  };
}

/** Folder names where they differ, else with the folder above. */
function contenderNames(first: string, second: string): [string, string] {
  const [a, b] = [resolve(first), resolve(second)];
  if (basename(a) !== basename(b)) return [basename(a), basename(b)];
  const long = (path: string): string => path.split('/').slice(-2).join('-');
  return long(a) === long(b) ? [`${basename(a)}-1`, `${basename(b)}-2`] : [long(a), long(b)];
}
