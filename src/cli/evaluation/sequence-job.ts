import { join } from 'node:path';
import type { JobKind, JsonObject } from '../../training/jobs/job.js';
import { lookAt } from '../../training/jobs/look.js';
import { modelFiles } from '../../training/jobs/model-files.js';
import type { WorkerSetup } from './messages.js';

/** What the evaluation jobs of one model share; paths are absolute. */
export interface SequenceSetup extends WorkerSetup, JsonObject {
  /** Folder of sequence folders. */
  readonly sequences: string;
}

/** An evaluation job: one sequence, followed by the tracker with one model; its result is the SequenceRun. */
export const sequenceKind: JobKind = {
  name: 'sequence',
  module: new URL('./sequence-job-worker.js', import.meta.url),
  look: async ({ name, setup }) => {
    const { sequences, model } = setup as SequenceSetup;
    return lookAt([join(sequences, name, 'groundtruth.txt'), ...(await modelFiles(model))]);
  },
};
