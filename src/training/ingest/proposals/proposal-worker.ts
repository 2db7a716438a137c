import { serveThread } from '../../jobs/serve-thread.js';
import type { StoredClip } from '../../store/clip.js';
import { writeClipProposals } from './clip-proposals.js';

/** Asked of a worker thread, which answers the number of proposals. */
export interface ProposalJob {
  readonly dir: string;
  readonly clip: StoredClip;
  readonly perFrame: number;
}

serveThread(() =>
  Promise.resolve(({ dir, clip, perFrame }: ProposalJob) => writeClipProposals(dir, clip, perFrame)),
);
