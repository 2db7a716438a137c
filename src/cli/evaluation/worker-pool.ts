import type { SequenceRun, SequenceRunner } from '../../training/evaluate/index.js';
import type { OcclusionRunner, OcclusionRun } from '../../training/occlude/index.js';
import { openThreadPool } from '../../training/jobs/thread-pool.js';
import type { SequenceTask, WorkerSetup } from './messages.js';

/** Worker threads that each hold the model and run one sequence at a time; more runs wait. */
export interface WorkerPool extends AsyncDisposable {
  readonly run: SequenceRunner;
  readonly occlude: OcclusionRunner;
}

type RunnerOptions = Parameters<OcclusionRunner>[2];

/**
 * Starts `jobs` threads and waits until each has opened the model.
 * @throws whatever opening the model throws.
 */
export async function openWorkerPool(jobs: number, setup: WorkerSetup): Promise<WorkerPool> {
  const module = new URL('./sequence-worker.js', import.meta.url);
  const threads = openThreadPool(jobs);
  try {
    await Promise.all(Array.from({ length: jobs }, () => threads.run({ module, setup, input: null })));
  } catch (error) {
    await threads.close();
    throw error;
  }
  const perform = (input: SequenceTask, { onFrame, signal }: RunnerOptions): Promise<unknown> => {
    const onProgress = (frames: unknown): void => onFrame?.(frames as number);
    // an aborted run answers what it has so far
    return threads.run({ module, setup, input }, { onProgress, signal, onAbort: 'ask' });
  };
  return {
    run: async (sequence, { pictures = true, ...options }) =>
      (await perform({ sequence, pictures }, options)) as SequenceRun,
    occlude: async (sequence, occlude, options) =>
      (await perform({ sequence, occlude }, options)) as OcclusionRun,
    [Symbol.asyncDispose]: () => threads.close(),
  };
}
