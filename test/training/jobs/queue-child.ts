import { parseQueueAddress } from '../../../src/training/jobs/queue/queue-address.js';
import { openQueueRunner } from '../../../src/training/jobs/queue/queue-runner.js';
import { serveQueue, type ServeQueueOptions } from '../../../src/training/jobs/queue/serve-queue.js';
import { mine, type MineStageOptions } from '../../../src/training/mine/mine.js';
import { mineKind } from '../../../src/training/mine/mine-job.js';

/** What a child process is to be; the first argument, as JSON. */
export type ChildTask =
  | { readonly role: 'worker'; readonly url: string; readonly options: Partial<ServeQueueOptions> }
  | { readonly role: 'coordinator'; readonly url: string; readonly stage: MineStageOptions };

/** What it tells, note by note. */
export type ChildMessage = string;

/** Of every process of the tests but those that are meant to be of another version. */
export const version = 'test';

export const heldNetwork = new URL('./held-network.js', import.meta.url).href;

const argument = process.argv[2];
if (process.send && argument?.startsWith('{"role"')) await be(JSON.parse(argument) as ChildTask);

async function be(task: ChildTask): Promise<void> {
  const stop = new AbortController();
  process.once('SIGTERM', () => {
    stop.abort();
  });
  const { signal } = stop;
  const common = {
    address: parseQueueAddress(task.url),
    kinds: [mineKind(heldNetwork)],
    version,
    signal,
    note: (text: string) => {
      process.send?.(text satisfies ChildMessage);
    },
  };
  if (task.role === 'worker') {
    // a lock long enough for a worker that a busy machine lets wait
    const quick = { lockMs: 5000, stalledEveryMs: 1000, takeovers: 9, refusalPauseMs: 300, concurrency: 1 };
    await serveQueue({ ...common, ...quick, ...task.options });
  } else {
    await using runner = await openQueueRunner({ ...common, pollMs: 100 });
    await mine({ ...task.stage, runner, signal });
  }
  process.disconnect();
}
