import { evaluateWith, listSequences } from '../../training/evaluate/index.js';
import type { DevSequences } from '../../training/pipeline/index.js';
import { openWorkerPool } from '../evaluation/worker-pool.js';

/**
 * Evaluates checkpoints on a folder of sequences as `tagalong evaluate` does, `jobs` at a time, each checkpoint in threads of
 * its own. @throws UsageError when the folder holds no sequences: told before the training begins.
 */
export async function devEvaluation(
  sequences: string,
  { jobs, every }: { readonly jobs: number; readonly every?: number | undefined },
): Promise<DevSequences> {
  const { length: count } = await listSequences(sequences);
  const width = Math.min(jobs, count);
  return {
    every,
    evaluate: async (model, signal) => {
      await using pool = await openWorkerPool(width, { model, parameters: {} });
      return await evaluateWith(pool.run, { sequences, jobs: width, signal });
    },
  };
}
