import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job as BullJob, Worker } from 'bullmq';
import type { JobInput, JobKind } from '../job.js';
import { kindOf } from '../local-runner.js';
import { hasResult } from '../result-file.js';
import { openThreadPool, type ThreadPool } from '../thread-pool.js';
import { connectQueue } from './connect.js';
import type { QueueAddress } from './queue-address.js';
import {
  droppedPrefix,
  keyPrefix,
  type QueuedJob,
  queueName,
  type Refusal,
  workerName,
} from './queued-job.js';
import { reasonToRefuse } from './refuse.js';

export interface ServeQueueOptions {
  readonly address: QueueAddress;
  readonly kinds: readonly JobKind[];
  /** Of this program; jobs that another one has queued are refused. */
  readonly version: string;
  /** Jobs at a time, each in a thread of its own. */
  readonly concurrency: number;
  /** Ends the serving: no new jobs, those begun are finished, or handed back when `graceMs` are over. */
  readonly signal: AbortSignal;
  readonly graceMs?: number;
  /** A line for the person who watches. */
  readonly note?: (text: string) => void;
  /** A job whose worker has not renewed its lock for so long is taken over by another. */
  readonly lockMs?: number;
  /** Between looks for such jobs. */
  readonly stalledEveryMs?: number;
  /** How often a job may lose its worker before it is given up. */
  readonly takeovers?: number;
  /** No job is taken for so long after one was refused: others shall have it. */
  readonly refusalPauseMs?: number;
  /** A job that is refused at this age is dropped: a run that still waits for it puts it in again, one that is gone does not. */
  readonly orphanMs?: number;
}

/** A refused job goes behind those that wait, and is to be had again after this. */
const refusedDelayMs = 1000;
/** How long the server may take to hear the last answers. */
const farewellMs = 5000;

/**
 * Takes jobs from the queue until the signal is aborted. Files are read and written where the job says: in a folder that
 * all machines share under one path. A job is refused, and left to others, when this machine does not see the files that
 * whoever queued it saw.
 * @throws TrainingError when the server cannot be reached.
 */
export async function serveQueue(options: ServeQueueOptions): Promise<void> {
  const { address, signal, concurrency, note = () => undefined, graceMs = 60_000 } = options;
  const { lockMs = 30_000, stalledEveryMs = 15_000, takeovers = 3 } = options;
  const { refusalPauseMs = 30_000, orphanMs = 24 * 3600 * 1000 } = options;
  const redis = await connectQueue(address, { note, signal });
  const { Worker, DelayedError, UnrecoverableError, WaitingError } = await import('bullmq');
  await using threads = openThreadPool(concurrency);
  const handBack = new AbortController();
  const name = workerName();

  const refuse = async (job: BullJob, token: string | undefined, reason: string): Promise<Error> => {
    note(`${job.id ?? job.name} refused: ${reason}`);
    rest(worker, refusalPauseMs, signal);
    if (Date.now() - job.timestamp > orphanMs) return new UnrecoverableError(`${droppedPrefix}${reason}`);
    await job.moveToDelayed(Date.now() + refusedDelayMs, token);
    await job.updateProgress({ id: randomUUID(), worker: name, reason } satisfies Refusal);
    return new DelayedError();
  };
  const perform = async (job: BullJob, token: string | undefined): Promise<string> => {
    const label = job.id ?? job.name;
    const judged = await reasonToRefuse(job.data, options);
    if (judged.reason !== null) throw await refuse(job, token, judged.reason);
    try {
      await doJob(judged.job, threads, options.kinds, handBack.signal);
      note(`${label} done`);
      return name;
    } catch (cause) {
      if (handBack.signal.aborted) {
        note(`${label} handed back`);
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const message = cause instanceof Error ? cause.message : String(cause);
      note(`${label} failed: ${message}`);
      throw new Error(`${name}: ${message}`, { cause });
    }
  };
  const worker = new Worker(queueName, perform, {
    connection: redis,
    prefix: keyPrefix,
    name,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledEveryMs,
    maxStalledCount: takeovers,
    runRetryDelay: 1000,
  });
  // connectQueue tells of lost connections; a lock lost meanwhile only has the job done twice, into the same file
  worker.on('error', () => undefined);
  note(`${name} takes jobs from ${address.shown}, ${concurrency} at a time`);
  await aborted(signal);
  note('no more jobs are taken');
  const grace = setTimeout(() => {
    handBack.abort();
  }, graceMs);
  // a server that is away does not hear that we go; it will notice
  const farewell = aborted(handBack.signal).then(() => sleep(farewellMs, undefined, { ref: false }));
  await Promise.race([worker.close(), farewell]);
  clearTimeout(grace);
  redis.disconnect();
}

async function doJob(
  { kind, name, setup, result }: QueuedJob,
  threads: ThreadPool,
  kinds: readonly JobKind[],
  signal: AbortSignal,
): Promise<void> {
  if (await hasResult(result)) return; // by a worker that was taken for dead
  const { module, local } = kindOf(kinds, { kind });
  const input: JobInput = { name, result };
  await threads.run({ module, setup: { ...setup, ...local }, input }, { signal });
}

/** Takes nothing for a while: a machine that refuses everything would be the fastest of all. */
function rest(worker: Worker, pauseMs: number, signal: AbortSignal): void {
  if (worker.isPaused()) return;
  worker.pause(true).catch(() => undefined);
  sleep(pauseMs, undefined, { signal }).then(
    () => worker.resume(),
    () => undefined,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
