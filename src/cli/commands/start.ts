import { Command } from 'commander';
import { sourceSchemes } from '../../runtime/sources/source-uri.js';
import { addFollowOptions, type FollowOptions } from '../follow/options.js';

/** `tagalong start [SOURCE]`, which `npm start` runs: follow live and show the state; without a source a simulated flight. */
export function startCommand(): Command {
  const command = new Command('start')
    .description('follow one target live and show its state; without a source, in a simulated flight')
    .argument('[source]', sourceSchemes.join(', '), 'sim://');
  return addFollowOptions(command).action(runStart);
}

async function runStart(source: string, options: FollowOptions): Promise<void> {
  const { follow } = await import('../follow/follow.js');
  const terminal = options.control === 'stdin' ? process.stderr : process.stdout; // answers go to stdout
  await follow({ ...options, source: inRealTime(source), terminal, showStatus: true });
}

/** A simulation that is watched runs at the pace of its clock, unless its URI says otherwise. */
function inRealTime(source: string): string {
  if (!source.startsWith('sim:') || /[?&]realtime=/.test(source)) return source;
  return `${source}${source.includes('?') ? '&' : '?'}realtime=true`;
}
