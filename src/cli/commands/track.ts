import { Command } from 'commander';
import { jsonLines } from '../../runtime/sinks/record-format.js';
import { RecordSink } from '../../runtime/sinks/record-sink.js';
import { sourceSchemes } from '../../runtime/sources/source-uri.js';
import { addFollowOptions, type FollowOptions } from '../follow/options.js';

/** `tagalong track SOURCE --box x,y,w,h`: every track as a record, to standard output or a file. */
export function trackCommand(): Command {
  const command = new Command('track')
    .description('follow one target and write where it is, frame by frame')
    .argument('<source>', sourceSchemes.join(', '));
  return addFollowOptions(command).action(runTrack);
}

async function runTrack(source: string, options: FollowOptions): Promise<void> {
  const { follow } = await import('../follow/follow.js');
  const { stdout, stderr } = process;
  // records that scroll over the screen are status enough
  const showStatus = options.out !== undefined || (stderr.isTTY && !stdout.isTTY);
  if (options.out !== undefined) {
    await follow({ ...options, source, terminal: stderr, showStatus });
    return;
  }
  const name = 'standard output';
  const records = new RecordSink({ name, format: jsonLines, stream: stdout, keepOpen: true });
  await follow({ ...options, source, terminal: stderr, showStatus, records });
}
