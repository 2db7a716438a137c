import type { SequenceRun, SequenceRunner } from '../../training/evaluate/index.js';
import { openThreadPool } from '../../training/jobs/thread-pool.js';
import type { SequenceTask, WorkerSetup } from './messages.js';

/** Worker threads that each hold the model and run one sequence at a time; more runs wait. */
export interface WorkerPool extends AsyncDisposable {
  readonly run: SequenceRunner;
}

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
  return {
    run: async (sequence, { onFrame, signal, pictures = true }) => {
      const input: SequenceTask = { sequence, pictures };
      const onProgress = (frames: unknown): void => onFrame?.(frames as number);
      // an aborted run answers what it has so far
      const run = await threads.run({ module, setup, input }, { onProgress, signal, onAbort: 'ask' });
      return run as SequenceRun;
    },
    [Symbol.asyncDispose]: () => threads.close(),
  };
}
