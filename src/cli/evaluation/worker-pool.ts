import { Worker } from 'node:worker_threads';
import { InferenceError } from '../../core/errors.js';
import type { SequenceRun, SequenceRunner } from '../../training/evaluate/index.js';
import type { Reply, Request, WorkerSetup } from './messages.js';
import { reviveError } from './plain-error.js';

/** Worker threads that each hold the model and run one sequence at a time. */
export interface WorkerPool extends AsyncDisposable {
  readonly run: SequenceRunner;
}

/**
 * Starts `jobs` threads and waits until each has opened the model.
 * @throws whatever opening the model throws.
 */
export async function openWorkerPool(jobs: number, setup: WorkerSetup): Promise<WorkerPool> {
  const workers = Array.from(
    { length: jobs },
    () => new Worker(new URL('./sequence-worker.js', import.meta.url), { workerData: setup }),
  );
  const close = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  try {
    await Promise.all(workers.map((worker) => converse(worker)));
  } catch (error) {
    await close();
    throw error;
  }
  const idle = [...workers];
  return {
    run: async (sequence, { onFrame, signal, pictures = true }) => {
      const worker = idle.pop();
      if (!worker) throw new InferenceError(`${sequence.name}: all ${jobs} workers are busy`);
      const abort = (): void => {
        worker.postMessage({ kind: 'abort' } satisfies Request);
      };
      worker.postMessage({ kind: 'run', sequence, pictures } satisfies Request);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const run = await converse(worker, onFrame);
        if (run === null) throw new InferenceError(`${sequence.name}: the thread answered out of turn`);
        return run;
      } finally {
        signal?.removeEventListener('abort', abort);
        idle.push(worker);
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Listens to a worker until it is `ready` (null) or a run is `done`.
 * @throws its error, or an InferenceError when the thread ends.
 */
function converse(worker: Worker, onFrame?: (frames: number) => void): Promise<SequenceRun | null> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      settle();
    };
    const onError = (error: unknown): void => {
      finish(() => {
        reject(new InferenceError(`the evaluation thread failed: ${String(error)}`, { cause: error }));
      });
    };
    const onExit = (code: number): void => {
      onError(`ended with code ${code}`);
    };
    const onMessage = (reply: Reply): void => {
      if (reply.kind === 'frame') onFrame?.(reply.frames);
      else
        finish(() => {
          if (reply.kind === 'failed') reject(reviveError(reply.error));
          else resolve(reply.kind === 'done' ? reply.run : null);
        });
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
