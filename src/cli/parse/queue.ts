import { Option } from 'commander';
import { parseQueueAddress } from '../../training/jobs/queue/queue-address.js';

/** `--queue URL`, read into a QueueAddress. The environment keeps a password off the command line, which every user of the machine can see. */
export function queueOption(description: string): Option {
  return new Option('--queue <url>', description).env('TAGALONG_QUEUE').argParser(parseQueueAddress);
}
