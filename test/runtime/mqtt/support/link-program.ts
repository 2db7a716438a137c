/** `node link-program.js URL DEVICE`: a link in a process of its own, to be killed. Says `connected`, then publishes. */
import { MemoryControl } from '../../../../src/core/ports/memory/memory-control.js';
import { trackingTrack } from '../../../support/tracks.js';
import { openLink } from './link.js';

const [url = '', device = ''] = process.argv.slice(2);
const link = await openLink({ url, device }, { control: new MemoryControl() });
process.stdout.write('connected\n');
let sequence = 0;
setInterval(() => {
  link.publish(trackingTrack((sequence += 1)));
}, 20);
