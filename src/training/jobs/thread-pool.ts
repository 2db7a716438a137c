import { TrainingError } from '../../core/errors.js';
import { JobThread } from './job-thread.js';

export interface ThreadTask {
  /** Module that calls `serveThread`. */
  readonly module: URL;
  /** What its threads are started with: plain data. A thread serves tasks of one module and one setup. */
  readonly setup: unknown;
  readonly input: unknown;
}

export interface TaskOptions {
  readonly onProgress?: ((progress: unknown) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** When the signal is aborted: `end` rejects with its reason and ends the thread; `ask` tells the task, whose answer is waited for. */
  readonly onAbort?: 'end' | 'ask';
}

/** Worker threads that do tasks, started when they are needed and kept for tasks alike. */
export interface ThreadPool extends AsyncDisposable {
  /** Tasks done at once; more wait for their turn. */
  readonly width: number;
  /**
   * Does one task in a thread of its own.
   * @throws what the task throws, with its class and message; an Error when its thread dies. The thread is not used again.
   */
  run(task: ThreadTask, options?: TaskOptions): Promise<unknown>;
  /** Ends all threads at once; tasks still running are rejected. Idempotent. */
  close(): Promise<void>;
}

export function openThreadPool(width: number): ThreadPool {
  return new WorkerThreadPool(width);
}

class WorkerThreadPool implements ThreadPool {
  readonly #idle: JobThread[] = [];
  readonly #threads = new Set<JobThread>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #closed = false;

  constructor(readonly width: number) {}

  async run(task: ThreadTask, { onProgress, signal, onAbort = 'end' }: TaskOptions = {}): Promise<unknown> {
    const endEarly = onAbort === 'end' ? signal : undefined;
    await this.#turn(endEarly);
    let thread: JobThread | null = null;
    const abort = (): void => {
      if (onAbort === 'ask') thread?.abort();
      else if (thread) this.#retire(thread, signal?.reason);
    };
    try {
      endEarly?.throwIfAborted();
      if (this.#closed) throw closedError();
      thread = this.#take(task);
      const answer = thread.run(task.input, onProgress);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
      const output = await answer;
      this.#idle.push(thread);
      return output;
    } catch (error) {
      if (thread) this.#retire(thread, error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#threads].map((thread) => thread.end(closedError())));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Waits until one more task may run, and counts it. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted) this.#waiting.shift()?.(); // a turn that was handed to us goes on to the next
      signal?.throwIfAborted();
      if (this.#closed) throw closedError();
      if (this.#busy < this.width) break;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(wake), 1);
          resolve();
        };
        this.#waiting.push(wake);
        signal?.addEventListener('abort', leave, { once: true });
      });
    }
    this.#busy += 1;
  }

  /** An idle thread for such tasks, or a new one, in the place of an idle thread for others when there are enough. */
  #take({ module, setup }: ThreadTask): JobThread {
    const key = `${module.href} ${JSON.stringify(setup)}`;
    for (const thread of this.#idle.filter(({ usable }) => !usable)) this.#retire(thread, null);
    const alike = this.#idle.findIndex((thread) => thread.key === key);
    if (alike >= 0) return this.#idle.splice(alike, 1)[0]!;
    if (this.#threads.size >= this.width && this.#idle[0]) this.#retire(this.#idle[0], null);
    const thread = new JobThread(module, setup, key);
    this.#threads.add(thread);
    return thread;
  }

  #retire(thread: JobThread, reason: unknown): void {
    this.#threads.delete(thread);
    const place = this.#idle.indexOf(thread);
    if (place >= 0) this.#idle.splice(place, 1);
    void thread.end(reason);
  }
}

function closedError(): TrainingError {
  return new TrainingError('the thread pool is closed');
}
