import { Worker } from 'node:worker_threads';
import { TrainingError } from '../../core/errors.js';
import type { BatchReady, BatchRequest, BatchWorkerData } from './batch-messages.js';

/** Batches in order, rendered ahead. */
export interface BatchSource<Batch> extends AsyncDisposable {
  /** The next batch; the one before it may be overwritten from now on. */
  next(): Promise<Batch>;
  close(): Promise<void>;
}

export interface BatchSourceOptions<Batch> {
  readonly data: BatchWorkerData;
  /** Makes an empty batch in shared memory. */
  readonly createBatch: () => Batch;
  /** Index of the first batch: where a resumed training goes on. */
  readonly firstIndex: number;
  readonly workers?: number;
  /** Batches rendered ahead. */
  readonly ahead?: number;
}

/** Renders batches in worker threads; what batch `index` holds does not depend on how many there are. */
export function openBatchSource<Batch extends SharedBatch>(
  options: BatchSourceOptions<Batch>,
): BatchSource<Batch> {
  return new WorkerBatchSource(options);
}

export interface SharedBatch {
  readonly buffer: SharedArrayBuffer;
}

interface Slot<Batch> {
  readonly batch: Batch;
  ready: Promise<void>;
  settle: { readonly resolve: () => void; readonly reject: (error: Error) => void };
}

class WorkerBatchSource<Batch extends SharedBatch> implements BatchSource<Batch> {
  readonly #workers: Worker[];
  readonly #slots: Slot<Batch>[];
  #index: number;
  #failure: Error | null = null;
  #closed = false;

  constructor({ data, createBatch, firstIndex, workers = 1, ahead = 4 }: BatchSourceOptions<Batch>) {
    this.#index = firstIndex;
    this.#workers = Array.from({ length: workers }, () => this.#startWorker(data));
    // one slot more than is rendered ahead: the one the trainer is reading
    this.#slots = Array.from({ length: ahead + 1 }, () => ({
      batch: createBatch(),
      ...pending(),
    }));
    for (let i = 0; i < ahead; i += 1) this.#request(firstIndex + i);
  }

  async next(): Promise<Batch> {
    if (this.#closed) throw new TrainingError('the batch source is closed');
    if (this.#failure) throw this.#failure;
    const slot = this.#slot(this.#index);
    await slot.ready;
    // the slot handed out last time is free now (the first time: the spare one): fill it with the next batch not yet asked for
    this.#request(this.#index + this.#slots.length - 1);
    this.#index += 1;
    return slot.batch;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #startWorker(data: BatchWorkerData): Worker {
    const worker = new Worker(new URL('./batch-worker.js', import.meta.url), { workerData: data });
    worker.on('message', ({ index }: BatchReady) => {
      this.#slot(index).settle.resolve();
    });
    worker.on('error', (cause) => {
      this.#fail(new TrainingError(`the data worker failed: ${cause.message}`, { cause }));
    });
    worker.on('exit', (code) => {
      if (!this.#closed) this.#fail(new TrainingError(`the data worker ended with exit code ${code}`));
    });
    return worker;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const slot of this.#slots) slot.settle.reject(this.#failure);
  }

  #slot(index: number): Slot<Batch> {
    return this.#slots[index % this.#slots.length]!;
  }

  #request(index: number): void {
    const slot = this.#slot(index);
    Object.assign(slot, pending());
    if (this.#failure) slot.settle.reject(this.#failure);
    const request: BatchRequest = { index, buffer: slot.batch.buffer };
    this.#workers[index % this.#workers.length]!.postMessage(request);
  }
}

function pending(): Pick<Slot<never>, 'ready' | 'settle'> {
  let settle!: Slot<never>['settle'];
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  ready.catch(() => undefined); // a failure is reported by next()
  return { ready, settle };
}
