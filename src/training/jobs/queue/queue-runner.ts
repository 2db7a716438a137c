import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { TrainingError } from '../../../core/errors.js';
import type { Job, JobKind, JobRunner } from '../job.js';
import { kindOf } from '../local-runner.js';
import { awaitResult, hasResult } from '../result-file.js';
import { connectQueue } from './connect.js';
import { type FolderMark, placeMark, removeMark } from './folder-mark.js';
import { type JobList, openJobList } from './job-list.js';
import type { QueueAddress } from './queue-address.js';
import { jobIdOf, type QueuedJob, type Refusal } from './queued-job.js';

export interface QueueRunnerOptions {
  readonly address: QueueAddress;
  readonly kinds: readonly JobKind[];
  /** Of this program; workers of another one refuse. */
  readonly version: string;
  /** A line for the person who waits. */
  readonly note?: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** How often a job that fails is begun. */
  readonly attempts?: number;
  /** Between looks at the queue. */
  readonly pollMs?: number;
  /** How long a finished result may take to be seen in the shared folder. */
  readonly visibleMs?: number;
  /** How long jobs may only be refused, none done or being done, before nobody is thought to be able. */
  readonly refusedMs?: number;
}

/**
 * Gives jobs to workers on other machines (see serveQueue) through Redis; results come back as files in a shared folder.
 * The queue is only ever a list of what is missing: when the server forgets it, jobs are put in again, and a runner that is
 * started again finds its jobs there. A job whose file has appeared is done, whoever did it.
 * @throws TrainingError when the server cannot be reached.
 */
export async function openQueueRunner(options: QueueRunnerOptions): Promise<JobRunner> {
  const { address, signal, note = () => undefined, attempts = 3 } = options;
  const redis = await connectQueue(address, { note, signal });
  return new QueueRunner(redis, await openJobList(redis, attempts), options);
}

interface Waiting {
  readonly id: string;
  readonly data: QueuedJob;
  readonly settled: AbortController;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** The refusal that was heard last. */
  refusal: string | null;
  /** Done, as a worker says; its file is waited for. */
  finished: boolean;
}

const closeLimitMs = 5000;
/** Looks at the jobs between counting their workers. */
const looksPerCount = 10;

class QueueRunner implements JobRunner {
  /** Enough for any number of workers to be busy; what is beyond is queued when these are done. */
  readonly width = 256;
  readonly #redis: Redis;
  readonly #list: JobList;
  readonly #options: QueueRunnerOptions;
  readonly #waiting = new Map<string, Waiting>();
  /** Jobs in the queue that nobody waits for any more. */
  readonly #left = new Set<string>();
  readonly #marks = new Map<string, Promise<FolderMark>>();
  readonly #told = new Set<string>();
  readonly #stop = new AbortController();
  readonly #polling: Promise<void>;
  /** Since when jobs have only been refused. */
  #refusedSinceMs: number | null = null;
  #closing: Promise<void> | null = null;

  constructor(redis: Redis, list: JobList, options: QueueRunnerOptions) {
    this.#redis = redis;
    this.#list = list;
    this.#options = options;
    this.#polling = this.#poll();
  }

  async run(job: Job, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (await hasResult(job.result)) return;
    const data = await this.#describe(job);
    signal?.throwIfAborted();
    if (this.#closing) throw closedError();
    const id = jobIdOf(data);
    const settled = new AbortController();
    const abort = (): void => {
      this.#waiting.get(id)?.reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        const waiting = { id, data, settled, resolve, reject, refusal: null, finished: false };
        this.#waiting.set(id, waiting);
        this.#put(waiting).catch(reject);
      });
    } catch (error) {
      this.#left.add(id);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      settled.abort();
      this.#waiting.delete(id);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #describe(job: Job): Promise<QueuedJob> {
    const { kind, name, setup, result } = job;
    const { kinds, version } = this.#options;
    const seen = await kindOf(kinds, job).look(job);
    const folder = dirname(result);
    const marked = this.#marks.get(folder) ?? placeMark(folder);
    this.#marks.set(folder, marked);
    const plain = JSON.parse(JSON.stringify(setup)) as QueuedJob['setup']; // as it will be read from Redis
    return { version, kind, name, setup: plain, result, seen: { ...seen }, mark: await marked };
  }

  /** A refusal that is there from an earlier run is not news. */
  async #put(waiting: Waiting): Promise<void> {
    const { refusal } = await this.#list.look(waiting.id);
    waiting.refusal = refusal?.id ?? null;
    await this.#list.put(waiting.id, waiting.data);
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stop;
    const stopped = new Promise<never>((_, reject) => {
      const end = (): void => {
        reject(closedError());
      };
      signal.addEventListener('abort', end, { once: true });
    });
    stopped.catch(() => undefined); // also when nothing is raced with it
    for (let looks = 0; ; looks += 1) {
      try {
        await sleep(this.#options.pollMs ?? 1000, undefined, { signal });
        if (this.#redis.status !== 'ready' || this.#waiting.size === 0) continue;
        // a command that was under way when the server went is never answered once the connection is given up
        await Promise.race([this.#lookAtAll(looks), stopped]);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#redis.status === 'ready') this.#rejectAll(this.#queueError(error));
      }
    }
  }

  async #lookAtAll(looks: number): Promise<void> {
    if (looks % looksPerCount === 0) await this.#countWorkers();
    await Promise.all([...this.#waiting.values()].map((waiting) => this.#look(waiting)));
  }

  /** What became of one job. */
  async #look(waiting: Waiting): Promise<void> {
    if (waiting.finished) return;
    const { state, refusal } = await this.#list.look(waiting.id);
    if (refusal && refusal.id !== waiting.refusal) {
      waiting.refusal = refusal.id;
      await this.#hear(refusal, waiting);
    }
    switch (state.kind) {
      case 'open':
        break;
      case 'done':
        this.#awaitFile(waiting, state.worker);
        break;
      case 'failed':
        waiting.reject(new TrainingError(state.reason));
        break;
      case 'absent': // not yet put in, or the server has forgotten it
        if (await hasResult(waiting.data.result)) this.#done(waiting);
        else await this.#list.put(waiting.id, waiting.data);
    }
  }

  #awaitFile(waiting: Waiting, worker: string): void {
    waiting.finished = true;
    const { result } = waiting.data;
    const { visibleMs = 90_000 } = this.#options;
    const unseen = `${worker} has written ${result}, but it is not seen here: is the folder shared?`;
    awaitResult(result, visibleMs, waiting.settled.signal).then((visible) => {
      if (visible) this.#done(waiting);
      else waiting.reject(new TrainingError(unseen));
    }, waiting.reject);
  }

  #done({ id, resolve }: Waiting): void {
    this.#refusedSinceMs = null;
    this.#list.remove([id]).catch(() => undefined); // otherwise it goes by its age
    resolve();
  }

  async #hear({ worker, reason }: Refusal, { reject }: Waiting): Promise<void> {
    this.#noteOnce(`${worker} refuses jobs: ${reason}`);
    const nowMs = performance.now();
    if ((await this.#list.countActive()) > 0) this.#refusedSinceMs = null;
    else this.#refusedSinceMs ??= nowMs;
    const sinceMs = this.#refusedSinceMs ?? nowMs;
    if (nowMs - sinceMs < (this.#options.refusedMs ?? 100_000)) return;
    reject(new TrainingError(`no worker can do it: ${worker} refuses: ${reason}`));
  }

  async #countWorkers(): Promise<void> {
    if ((await this.#list.countWorkers()) !== 0) return;
    const { shown } = this.#options.address;
    const start = `tagalong train worker --queue ${shown}`;
    this.#noteOnce(`no worker takes jobs from ${shown}: start "${start}" where this folder is shared`);
  }

  #noteOnce(text: string): void {
    if (!this.#told.has(text)) this.#options.note?.(text);
    this.#told.add(text);
  }

  #queueError(cause: unknown): TrainingError {
    const message = cause instanceof Error ? cause.message : String(cause);
    return new TrainingError(`--queue "${this.#options.address.shown}": ${message}`, { cause });
  }

  #rejectAll(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    this.#rejectAll(closedError());
    const goodbye = this.#redis.status === 'ready' ? this.#cleanUp().catch(() => undefined) : null;
    await Promise.race([goodbye, sleep(closeLimitMs, undefined, { ref: false })]);
    this.#redis.disconnect();
    await this.#polling;
  }

  /** Takes back what nobody waits for; a job that is being done stays, and its file is found by the next run. */
  async #cleanUp(): Promise<void> {
    await this.#polling;
    const stay = await this.#list.remove([...this.#left]);
    if (stay === 0) for (const mark of this.#marks.values()) await removeMark(await mark);
    await this.#list.close();
  }
}

function closedError(): TrainingError {
  return new TrainingError('the queue was closed');
}
