import type { Job, JobRunner } from './job.js';

export interface RunJobsOptions {
  /** Told of every job that is done, in the order they finish; the next one of its lane begins after it returns. */
  readonly onDone?: (job: Job) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Runs all jobs. The first that fails, or the signal, stops the others. @throws that failure, or the signal's reason. */
export async function runJobs(
  runner: Pick<JobRunner, 'width' | 'run'>,
  jobs: readonly Job[],
  { onDone, signal }: RunJobsOptions = {},
): Promise<void> {
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const waiting = [...jobs];
  const lane = async (): Promise<void> => {
    for (let job = waiting.shift(); job && !stop.aborted; job = waiting.shift()) {
      await runner.run(job, stop);
      onDone?.(job);
    }
  };
  const lanes = Array.from({ length: Math.min(runner.width, jobs.length) }, () =>
    lane().catch((error: unknown) => {
      failed.abort(error);
    }),
  );
  await Promise.all(lanes);
  signal?.throwIfAborted();
  failed.signal.throwIfAborted();
}
