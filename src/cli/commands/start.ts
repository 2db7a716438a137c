import { Command } from 'commander';
import { sourceSchemes } from '../../runtime/sources/source-uri.js';
import { addFollowOptions } from '../follow/options.js';
import { wholeNumber } from '../parse/numbers.js';
import type { StartOptions } from '../service/demo-config.js';
import { inRealTime } from '../service/source-of.js';

/** `tagalong start [SOURCE]`, which `npm start` runs: the service with a broker of its own, the console and a line in the terminal; without a source in a simulated flight. */
export function startCommand(): Command {
  const command = new Command('start')
    .description('follow one target live: web console, state in the terminal, a broker of its own (MQTT)')
    .argument('[source]', `${sourceSchemes.join(', ')}; a simulated flight by default`, 'sim://');
  return addFollowOptions(command)
    .option(
      '--console-port <n>',
      'port of the console; the next free one where it is taken',
      wholeNumber('--console-port', 0),
      8484,
    )
    .option('--console-host <address>', 'address the console listens on; 0.0.0.0: every network', '127.0.0.1')
    .option('--no-console', 'without the console')
    .option('--record <dir>', 'record video and tracks into this folder')
    .action(runStart);
}

async function runStart(source: string, options: StartOptions): Promise<void> {
  const { runDemo } = await import('../service/demo.js');
  const terminal = options.control === 'stdin' ? process.stderr : process.stdout; // answers go to stdout
  await runDemo({ ...options, source: inRealTime(source), terminal });
}
