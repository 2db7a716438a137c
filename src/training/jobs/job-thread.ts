import { Worker } from 'node:worker_threads';
import { reviveError } from './plain-error.js';
import type { FromThread, ToThread } from './thread-messages.js';

interface Running {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

/** One worker thread that does one run at a time. Its errors are listened to for its whole life: one that nobody hears ends the process. */
export class JobThread {
  readonly #worker: Worker;
  #running: Running | null = null;
  #failure: { readonly reason: unknown } | null = null;

  constructor(
    module: URL,
    setup: unknown,
    /** Threads of the same key are alike. */
    readonly key: string,
  ) {
    this.#worker = new Worker(module, { workerData: setup });
    this.#worker.on('message', (message: FromThread) => {
      this.#hear(message);
    });
    this.#worker.on('messageerror', (error) => {
      this.#fail(error);
    });
    this.#worker.on('error', (error) => {
      this.#fail(error);
    });
    this.#worker.on('exit', (code) => {
      this.#fail(new Error(`the worker ended with exit code ${code}`));
    });
  }

  /** False once it has failed or was ended. */
  get usable(): boolean {
    return this.#failure === null;
  }

  /** @throws what the run throws; an Error when the thread dies; the reason given to `end`. */
  run(input: unknown, onProgress?: (progress: unknown) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#running = { resolve, reject, onProgress };
      if (this.#failure) this.#settle()?.reject(this.#failure.reason);
      else this.#worker.postMessage({ kind: 'run', input } satisfies ToThread);
    });
  }

  /** Asks the run to end early; it still answers. */
  abort(): void {
    this.#worker.postMessage({ kind: 'abort' } satisfies ToThread);
  }

  /** Ends the thread at once; a run in it is rejected with `reason`. */
  async end(reason: unknown): Promise<void> {
    this.#fail(reason);
    await this.#worker.terminate();
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'progress':
        this.#running?.onProgress?.(message.progress);
        break;
      case 'done':
        this.#settle()?.resolve(message.output);
        break;
      case 'failed':
        this.#settle()?.reject(reviveError(message.error));
        break;
    }
  }

  #fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#settle()?.reject(this.#failure.reason);
  }

  #settle(): Running | null {
    const running = this.#running;
    this.#running = null;
    return running;
  }
}
