import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { UsageError } from '../../../src/core/errors.js';
import { serveThread } from '../../../src/training/jobs/serve-thread.js';

/** What the threads of the pool's tests can be asked. */
export type PoolTask = 'who' | 'refuse' | 'exit' | 'crash later' | 'count until aborted' | 'for ever';

serveThread(async ({ broken = false }: { readonly broken?: boolean }) => {
  await sleep(1);
  if (broken) throw new UsageError('cannot be opened');
  return async (task: PoolTask, { report, signal }) => {
    switch (task) {
      case 'who':
        return threadId;
      case 'refuse':
        throw new UsageError('not this');
      case 'exit':
        return process.exit(3);
      case 'crash later':
        setImmediate(() => {
          throw new Error('out of nothing');
        });
        return threadId;
      case 'count until aborted': {
        let count = 0;
        while (!signal.aborted) {
          count += 1;
          report(count);
          await sleep(5);
        }
        return 'aborted';
      }
      case 'for ever':
        report('begun');
        return sleep(2 ** 30);
    }
  };
});
