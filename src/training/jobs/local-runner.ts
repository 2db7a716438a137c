import { TrainingError } from '../../core/errors.js';
import type { Job, JobInput, JobKind, JobRunner } from './job.js';
import { openThreadPool } from './thread-pool.js';

/** Does jobs in worker threads of this process. */
export function createLocalRunner(kinds: readonly JobKind[], threads: number): JobRunner {
  const pool = openThreadPool(threads);
  return {
    width: threads,
    run: async (job, signal) => {
      const { module, local } = kindOf(kinds, job);
      const input: JobInput = { name: job.name, result: job.result };
      await pool.run({ module, setup: { ...job.setup, ...local }, input }, { signal });
    },
    close: () => pool.close(),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** @throws TrainingError when there is no such kind. */
export function kindOf(kinds: readonly JobKind[], { kind }: Pick<Job, 'kind'>): JobKind {
  const found = kinds.find(({ name }) => name === kind);
  if (!found) throw new TrainingError(`no way is known to do jobs of kind "${kind}"`);
  return found;
}
