import { parentPort, workerData } from 'node:worker_threads';
import { flattenError } from './plain-error.js';
import type { FromThread, ToThread } from './thread-messages.js';

export interface PerformContext {
  /** Aborted when the run is asked to end early. */
  readonly signal: AbortSignal;
  /** Tells whoever asked how far the run is. */
  readonly report: (progress: unknown) => void;
}

/** Does one task. Input (of the task's own type) and output are what structured clone can carry. */
export type Perform = (input: never, context: PerformContext) => Promise<unknown>;

/**
 * The thread's side of a ThreadPool: a module that calls this can be named by a task. `open` gets what the thread was started
 * with and makes ready what all its runs share; when it throws, the first run is told.
 */
export function serveThread(open: (setup: never) => Promise<Perform>): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs as a worker thread only');
  const post = (message: FromThread): void => {
    port.postMessage(message);
  };
  const opened = open(workerData as never);
  opened.catch(() => undefined);
  let current = new AbortController();
  port.on('message', (message: ToThread) => {
    if (message.kind === 'abort') {
      current.abort();
      return;
    }
    current = new AbortController();
    const context: PerformContext = {
      signal: current.signal,
      report: (progress) => {
        post({ kind: 'progress', progress });
      },
    };
    opened
      .then((perform) => perform(message.input as never, context))
      .then(
        (output) => {
          post({ kind: 'done', output });
        },
        (error: unknown) => {
          post({ kind: 'failed', error: flattenError(error) });
        },
      );
  });
}
