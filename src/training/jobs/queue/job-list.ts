import type { Redis } from 'ioredis';
import {
  droppedPrefix,
  keyPrefix,
  type QueuedJob,
  queueName,
  type Refusal,
  refusalSchema,
} from './queued-job.js';

/** Where a job stands. One that was dropped counts as absent. */
export type JobState =
  | { readonly kind: 'absent' | 'open' }
  /** By the worker of that name. */
  | { readonly kind: 'done'; readonly worker: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface JobLook {
  readonly state: JobState;
  /** The last worker that would not do it. */
  readonly refusal: Refusal | null;
}

/** The jobs in Redis, as whoever queues them sees them. Calls wait while the server is away. */
export interface JobList {
  /** Puts a job in; one that is there already and may still be done stays as it is. */
  put(id: string, data: QueuedJob): Promise<void>;
  look(id: string): Promise<JobLook>;
  /** Takes jobs out. @returns how many stay because they are being done. */
  remove(ids: readonly string[]): Promise<number>;
  /** Jobs being done, whoever queued them. */
  countActive(): Promise<number>;
  /** Null when the server does not tell. */
  countWorkers(): Promise<number | null>;
  close(): Promise<void>;
}

/** Finished jobs that nobody asked after are forgotten after a week. */
const keepSeconds = 7 * 24 * 3600;

/** @param attempts how often a job that fails is begun */
export async function openJobList(redis: Redis, attempts: number): Promise<JobList> {
  const { Queue } = await import('bullmq');
  const queue = new Queue<QueuedJob, string>(queueName, { connection: redis, prefix: keyPrefix });
  queue.on('error', () => undefined); // connectQueue tells of lost connections
  return {
    put: async (id, data) => {
      const known = await queue.getJob(id);
      if (known && ['failed', 'completed'].includes(await known.getState())) await known.remove();
      await queue.add(data.kind, data, {
        jobId: id,
        attempts,
        backoff: { type: 'fixed', delay: 1000 },
        removeOnComplete: { age: keepSeconds },
        removeOnFail: { age: keepSeconds },
      });
    },
    look: async (id) => {
      const job = await queue.getJob(id);
      if (!job) return { state: { kind: 'absent' }, refusal: null };
      const refusal = refusalSchema.safeParse(job.progress).data ?? null;
      if (job.finishedOn === undefined) return { state: { kind: 'open' }, refusal };
      const state = await job.getState();
      if (state === 'completed') return { state: { kind: 'done', worker: job.returnvalue }, refusal };
      if (state === 'failed') return { state: failureOf(job.failedReason), refusal };
      return { state: { kind: 'open' }, refusal };
    },
    remove: async (ids) => {
      await Promise.allSettled(ids.map((id) => queue.remove(id)));
      const left = await Promise.all(ids.map((id) => queue.getJob(id)));
      return left.filter((job) => job !== undefined).length;
    },
    countActive: () => queue.getActiveCount(),
    countWorkers: () => queue.getWorkersCount().catch(() => null),
    close: () => queue.close(),
  };
}

function failureOf(reason: string): JobState {
  if (reason.startsWith(droppedPrefix)) return { kind: 'absent' };
  const stalled = reason.startsWith('job stalled'); // BullMQ's words
  return { kind: 'failed', reason: stalled ? 'its worker ended without a word, again and again' : reason };
}
