import { Command } from 'commander';
import { sourceSchemes } from '../../runtime/sources/source-uri.js';
import { addFollowOptions, type FollowOptions } from '../follow/options.js';
import { inRealTime } from '../service/source-of.js';

/** `tagalong start [SOURCE]`, which `npm start` runs: the service with a broker of its own and a view; without a source in a simulated flight. */
export function startCommand(): Command {
  const command = new Command('start')
    .description('follow one target live, show its state, publish it on a broker of its own (MQTT)')
    .argument('[source]', `${sourceSchemes.join(', ')}; a simulated flight by default`, 'sim://');
  return addFollowOptions(command).action(runStart);
}

async function runStart(source: string, options: FollowOptions): Promise<void> {
  const { runDemo } = await import('../service/demo.js');
  const terminal = options.control === 'stdin' ? process.stderr : process.stdout; // answers go to stdout
  await runDemo({ ...options, source: inRealTime(source), terminal });
}
