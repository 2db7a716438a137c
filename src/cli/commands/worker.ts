import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { UsageError } from '../../core/errors.js';
import type { QueueAddress } from '../../training/jobs/queue/queue-address.js';
import { interruptSignal } from '../interrupt.js';
import { readPackage } from '../package-root.js';
import { wholeNumber } from '../parse/numbers.js';
import { queueOption } from '../parse/queue.js';

interface WorkerFlags {
  readonly queue?: QueueAddress;
  readonly concurrency: number;
  readonly grace: number;
}

/** `tagalong train worker`: a process that does other machines' mining and evaluation. */
export function workerCommand(): Command {
  return new Command('worker')
    .description(
      'take mining and evaluation jobs from a queue until stopped (see docs/training-on-many-machines.md)',
    )
    .addOption(queueOption('where the jobs are: redis://[user:password@]host[:port]'))
    .option(
      '--concurrency <n>',
      'jobs at a time, a thread each',
      wholeNumber('--concurrency', 1),
      availableParallelism(),
    )
    .option(
      '--grace <seconds>',
      'when stopped, time to finish the jobs begun; what is left is handed back',
      wholeNumber('--grace', 0),
      60,
    )
    .action((_flags: WorkerFlags, command: Command) => runWorker(command.optsWithGlobals<WorkerFlags>()));
}

async function runWorker({ queue, concurrency, grace }: WorkerFlags): Promise<void> {
  if (!queue) throw new UsageError('train worker needs --queue redis://host:6379');
  const [{ serveQueue }, { jobKinds }, { version }] = await Promise.all([
    import('../../training/jobs/queue/serve-queue.js'),
    import('../training/job-kinds.js'),
    readPackage(),
  ]);
  using interrupt = interruptSignal();
  await serveQueue({
    address: queue,
    kinds: jobKinds,
    version,
    concurrency,
    graceMs: 1000 * grace,
    signal: interrupt.signal,
    note: (text) => {
      console.error(text);
    },
  });
}
