/** The simulated gimbal as a process of its own: `node gimbal-program.js udpin://127.0.0.1:14560`, until a signal ends it. */
import { once } from 'node:events';
import { openLog } from '../../log/open-log.js';
import { SimulatedGimbal } from './simulated-gimbal.js';

const [url = 'udpin://127.0.0.1:14560'] = process.argv.slice(2);
const log = openLog({ stream: process.stderr, level: 'warn', format: 'human', colour: false });
await using gimbal = await SimulatedGimbal.open({ url, log });
// the one who started it hears that it is there, and ends it by closing its standard input, too
process.stdout.write('open\n');
process.stdin.resume();
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), once(process.stdin, 'end')]);
await gimbal.close();
process.exit(0);
