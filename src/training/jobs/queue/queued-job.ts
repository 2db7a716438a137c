import { hostname } from 'node:os';
import { z } from 'zod';
import { digestOf } from '../../stage/manifest.js';

export const queueName = 'jobs';
/** Of all keys in Redis. */
export const keyPrefix = 'tagalong';

const digests = z.record(z.string(), z.string());

/** A job as it stands in Redis: all that a worker on another machine must know. */
export const queuedJobSchema = z.strictObject({
  /** Of the program that queued it: another one may do the job otherwise. */
  version: z.string(),
  kind: z.string(),
  name: z.string().regex(/^[\w.-]+$/),
  setup: z.record(z.string(), z.json()),
  result: z.string(),
  /** What whoever queued it saw of the files that shape the result. */
  seen: digests,
  /** Tells that the folder of the result is the same. */
  mark: z.strictObject({ path: z.string(), token: z.string() }),
});

export type QueuedJob = z.infer<typeof queuedJobSchema>;

/** The same for the same job, whoever queues it and however often: a job is in the queue once. */
export function jobIdOf({ kind, name, version, setup, result, seen }: Omit<QueuedJob, 'mark'>): string {
  const digest = digestOf({ version, setup, result, seen });
  return `${kind}-${digest.slice(0, 16)}-${name}`;
}

/** Kept as a job's progress: the last worker that would not do it. */
export const refusalSchema = z.strictObject({
  /** Tells two refusals by the same worker apart. */
  id: z.string(),
  worker: z.string(),
  reason: z.string(),
});

export type Refusal = z.infer<typeof refusalSchema>;

/** How the reason of a job begins that a worker has dropped, rather than failed to do. */
export const droppedPrefix = 'dropped: ';

/** Of this process, for people. */
export function workerName(): string {
  return `${hostname()}:${process.pid}`;
}
