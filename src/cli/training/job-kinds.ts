import type { JobKind } from '../../training/jobs/job.js';
import { mineKind } from '../../training/mine/mine-job.js';
import { sequenceKind } from '../evaluation/sequence-job.js';

/** The runtime's networks mine. */
export const networkModule = new URL('./network-module.js', import.meta.url).href;

/** What a worker can do. */
export const jobKinds: readonly JobKind[] = [mineKind(networkModule), sequenceKind];
