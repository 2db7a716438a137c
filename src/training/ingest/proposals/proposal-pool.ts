import { TrainingError } from '../../../core/errors.js';
import { openThreadPool } from '../../jobs/thread-pool.js';
import type { StoredClip } from '../../store/clip.js';
import { writeClipProposals } from './clip-proposals.js';
import type { ProposalJob } from './proposal-worker.js';

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
  const module = new URL('./proposal-worker.js', import.meta.url);
  const pool = openThreadPool(threads);
  return {
    width: threads,
    compute: async (clip) => {
      const input: ProposalJob = { dir, clip, perFrame };
      const count = await pool.run({ module, setup: null, input }).catch((cause: unknown) => {
        throw new TrainingError(`proposals of ${clip.name} failed`, { cause });
      });
      return count as number;
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}
