import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TrainingError } from '../../core/errors.js';
import type { SequenceRun, SequenceRunner } from '../../training/evaluate/index.js';
import type { Job } from '../../training/jobs/job.js';
import { modelFiles } from '../../training/jobs/model-files.js';
import type { QueueAddress } from '../../training/jobs/queue/queue-address.js';
import { openQueueRunner } from '../../training/jobs/queue/queue-runner.js';
import { digestOf } from '../../training/stage/manifest.js';
import { type SequenceSetup, sequenceKind } from './sequence-job.js';

export interface QueueRunsOptions extends SequenceSetup {
  readonly address: QueueAddress;
  readonly version: string;
  /** Folder of the evaluation's files, shared by all machines; runs are kept in it until all are done. */
  readonly out: string;
  readonly note: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Runs sequences on other machines. An evaluation that is started again takes the runs that are there. */
export interface QueueRuns extends AsyncDisposable {
  readonly run: SequenceRunner;
  /** Removes the files of the runs, when nothing of them is needed any more. */
  finish(): Promise<void>;
}

/** @throws TrainingError when there is no model, or the queue cannot be reached. */
export async function openQueueRuns(options: QueueRunsOptions): Promise<QueueRuns> {
  const { address, version, parameters, note, signal } = options;
  const folder = join(resolve(options.out), '.runs');
  const setup: SequenceSetup = {
    sequences: resolve(options.sequences),
    model: resolve(options.model),
    parameters,
  };
  await modelFiles(setup.model); // a mistake is told before anything is written
  const kinds = [sequenceKind];
  const runner = await openQueueRunner({ address, kinds, version, note, signal });

  /** Another model, truth, tracker or program has files of another name. */
  const jobFor = async (name: string): Promise<Job> => {
    const plain = { kind: sequenceKind.name, name, setup, result: folder };
    const digest = digestOf({ version, parameters, seen: await sequenceKind.look(plain) });
    return { ...plain, result: join(folder, `${name}.${digest.slice(0, 16)}.json`) };
  };
  return {
    run: async ({ name, truth }, { onFrame, signal: stop }) => {
      try {
        const job = await jobFor(name);
        await runner.run(job, stop);
        const run = JSON.parse(await readFile(job.result, 'utf8')) as SequenceRun;
        onFrame?.(truth.length);
        return run;
      } catch (cause) {
        // as a run that is aborted here answers what it has: nothing
        if (stop?.aborted) return abortedRun(name);
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new TrainingError(`${name}: ${reason}`, { cause });
      }
    },
    finish: async () => {
      await runner.close();
      await rm(folder, { recursive: true, force: true });
    },
    [Symbol.asyncDispose]: () => runner.close(),
  };
}

function abortedRun(name: string): SequenceRun {
  return { name, answers: [], updateMs: [], failures: [], problem: `${name}: aborted before it was done` };
}
