import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { TrainingError } from '../../../core/errors.js';
import type { StoredClip } from '../../store/clip.js';
import { writeClipProposals } from './clip-proposals.js';
import type { ProposalAnswer, ProposalJob } from './proposal-worker.js';

/** Computes the proposals of stored clips, several at a time. */
export interface ProposalPool extends AsyncDisposable {
  /** Clips it can work on at once; ask for more and they wait. */
  readonly width: number;
  /** Number of proposals written. */
  compute(clip: StoredClip): Promise<number>;
}

/** `threads` worker threads; with 0 the calling thread does the work. Disposing ends them at once. */
export function createProposalPool(dir: string, perFrame: number, threads: number): ProposalPool {
  if (threads === 0) {
    return {
      width: 1,
      compute: (clip) => writeClipProposals(dir, clip, perFrame),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const idle = Array.from(
    { length: threads },
    () => new Worker(new URL('./proposal-worker.js', import.meta.url)),
  );
  const all = [...idle];
  const waiting: ((worker: Worker) => void)[] = [];
  const acquire = (): Promise<Worker> => {
    const worker = idle.pop();
    return worker ? Promise.resolve(worker) : new Promise((resolve) => waiting.push(resolve));
  };
  const release = (worker: Worker): void => {
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  };
  return {
    width: threads,
    compute: async (clip) => {
      const worker = await acquire();
      try {
        worker.postMessage({ dir, clip, perFrame } satisfies ProposalJob);
        const [answer] = (await once(worker, 'message')) as [ProposalAnswer];
        if ('count' in answer) return answer.count;
        throw new TrainingError(`proposals of ${clip.name} failed`, { cause: answer.error });
      } finally {
        release(worker);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
