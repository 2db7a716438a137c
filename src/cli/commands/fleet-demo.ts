import { once } from 'node:events';
import { Command } from 'commander';
import { UsageError } from '../../core/errors.js';
import { interruptSignal } from '../interrupt.js';
import { positiveNumber, wholeNumber } from '../parse/numbers.js';

interface Options {
  readonly port: number;
  readonly maxSeconds?: number;
}

/** `tagalong fleet-demo`, which `npm run demo:fleet` runs. */
export function fleetDemoCommand(): Command {
  return new Command('fleet-demo')
    .description('a fleet on this machine: two devices, a canary, a bad model that is rolled back; as a page')
    .option('--port <n>', 'of the page; the next free one where it is taken', wholeNumber('--port', 0), 8486)
    .option(
      '--max-seconds <n>',
      'end when the story is told, or fail after so long; without it the page stays until Ctrl-C',
      positiveNumber('--max-seconds'),
    )
    .action(run);
}

async function run({ port, maxSeconds }: Options): Promise<void> {
  const { runFleetDemo } = await import('../fleet/demo/fleet-demo.js');
  using interrupt = interruptSignal();
  const limit = maxSeconds === undefined ? null : AbortSignal.timeout(maxSeconds * 1000);
  const signal = limit ? AbortSignal.any([interrupt.signal, limit]) : interrupt.signal;
  const begun = performance.now();
  const tell = (text: string): void => {
    console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${text}`);
  };
  const after = async (): Promise<void> => {
    if (limit) return;
    tell('Ctrl-C ends it');
    if (!interrupt.signal.aborted) await once(interrupt.signal, 'abort');
  };
  try {
    await runFleetDemo({ port, signal, tell, after });
  } catch (error) {
    if (interrupt.signal.aborted) return;
    if (limit?.aborted === true) {
      throw new UsageError(`--max-seconds "${maxSeconds}": the story was not over by then`, { cause: error });
    }
    throw error;
  }
}
