import { Worker } from 'node:worker_threads';
import { InferenceError } from '../../core/errors.js';
import { errorOfMessage } from './error-transfer.js';
import { parseReply, type ModelInUse, type Reply, type Request } from './protocol.js';
import type { WorkerStart } from './tracker-service.js';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;
export type Call = WithoutId<Request>;
export type Answer = Extract<Reply, { kind: 'track' | 'box' | 'done' }>;

/** The main thread's end: one call at a time; once the worker is gone every call says why. */
export interface WorkerChannel {
  readonly model: ModelInUse;
  /** Resolves when the worker is gone without having been closed, with the reason. */
  readonly failed: Promise<Error>;
  /** @throws InferenceError when the worker died, is closed, or has not answered the call before. */
  call(call: Call): Promise<Answer>;
  /** Rejects the pending call, lets the worker release what it holds, and ends it. Idempotent. */
  close(): Promise<void>;
}

/** How long a worker may take to release before it is ended by force. */
const releaseTimeoutMs = 300;

/** Starts a worker and waits until its tracker is open. @throws what `openTracker` threw, or InferenceError. */
export async function openWorkerChannel(start: WorkerStart, signal?: AbortSignal): Promise<WorkerChannel> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./tracker-worker.js', import.meta.url), {
    workerData: start,
    // pixels and tensors live outside V8's heap: what is left is small and dies young
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const exited = new Promise<void>((resolve) =>
    worker.once('exit', () => {
      resolve();
    }),
  );
  const requests = new PendingCalls(worker);
  const abort = (): void => {
    requests.fail(signal!.reason as Error);
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const model = await requests.opened;
    return createChannel(worker, model, requests, exited);
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function createChannel(
  worker: Worker,
  model: ModelInUse,
  requests: PendingCalls,
  exited: Promise<void>,
): WorkerChannel {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    requests.close();
    requests.post({ kind: 'dispose' });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, releaseTimeoutMs);
    });
    await Promise.race([exited, timeout]);
    clearTimeout(timer);
    await worker.terminate();
  };
  return {
    model,
    failed: requests.failed,
    call: (call) => requests.call(call),
    close: () => (closed ??= close()),
  };
}

interface Settle<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

/** Matches answers with calls, and keeps the reason why there will be no more. */
class PendingCalls {
  readonly opened: Promise<ModelInUse>;
  readonly failed: Promise<Error>;
  readonly #worker: Worker;
  #opening: Settle<ModelInUse> | null = null;
  #pending: (Settle<Answer> & { readonly id: number }) | null = null;
  #tellFailure: (error: Error) => void = () => undefined;
  #failure: Error | null = null;
  #lastId = 0;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.opened = new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    this.failed = new Promise((resolve) => (this.#tellFailure = resolve));
    worker.on('message', (message: unknown) => {
      this.#receive(message);
    });
    worker.on('error', (cause) => {
      this.fail(new InferenceError(`tracker worker failed: ${cause.message}`, { cause }));
    });
    worker.on('messageerror', (cause) => {
      this.fail(new InferenceError(`tracker worker sent what cannot be read: ${cause.message}`, { cause }));
    });
    worker.on('exit', (code) => {
      this.fail(new InferenceError(`tracker worker ended by itself with code ${code}`));
    });
  }

  call(call: Call): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#pending) {
      return Promise.reject(new InferenceError(`tracker worker: ${call.kind} before the last call settled`));
    }
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, id: this.post(call) };
      this.#worker.ref(); // a process waits for an answer, but not for an idle worker
    });
  }

  /** Sends without waiting. @returns the id given. */
  post(call: Call): number {
    this.#lastId += 1;
    this.#worker.postMessage({ ...call, id: this.#lastId } satisfies Request);
    return this.#lastId;
  }

  /** Fails what waits and comes, by intent. */
  close(): void {
    this.#tellFailure = () => undefined;
    this.fail(new InferenceError('tracker worker is closed'));
  }

  /** The first reason stays. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#opening?.reject(this.#failure);
    this.#pending?.reject(this.#failure);
    this.#opening = null;
    this.#pending = null;
    this.#tellFailure(this.#failure);
  }

  #receive(message: unknown): void {
    if (this.#failure) return; // late answers of a worker being closed
    try {
      this.#settle(parseReply(message));
    } catch (error) {
      this.fail(error as Error);
    }
  }

  #settle(reply: Reply): void {
    this.#worker.unref();
    if (reply.kind === 'broken') {
      this.fail(errorOfMessage(reply.error));
      return;
    }
    if (reply.kind === 'ready') {
      this.#opening?.resolve(reply.model);
      this.#opening = null;
      return;
    }
    const pending = this.#pending;
    if (pending?.id !== reply.id)
      throw new InferenceError(`tracker worker answered call ${reply.id} unasked`);
    this.#pending = null;
    if (reply.kind === 'failed') pending.reject(errorOfMessage(reply.error));
    else pending.resolve(reply);
  }
}
