import { parentPort } from 'node:worker_threads';
import type { StoredClip } from '../../store/clip.js';
import { writeClipProposals } from './clip-proposals.js';

/** Asked of a worker thread. */
export interface ProposalJob {
  readonly dir: string;
  readonly clip: StoredClip;
  readonly perFrame: number;
}

/** Its answer: the number of proposals, or what went wrong. */
export type ProposalAnswer = { readonly count: number } | { readonly error: unknown };

parentPort?.on('message', ({ dir, clip, perFrame }: ProposalJob) => {
  void writeClipProposals(dir, clip, perFrame)
    .then((count): ProposalAnswer => ({ count }))
    .catch((error: unknown): ProposalAnswer => ({ error }))
    .then((answer) => parentPort?.postMessage(answer));
});
