import { ingest } from '../../../src/training/ingest/ingest.js';
import { openScene } from './fixture.js';

// A process of its own, for a test to kill: `node ingest-child.js VIDEOS OUT`; a line for every finished source.
const [, , videos = '', out = ''] = process.argv;
await ingest({
  videos,
  out,
  openVideo: openScene,
  threads: 1,
  progress: {
    start: () => undefined,
    advance: () => process.stdout.write('done\n'),
    note: () => undefined,
    finish: () => undefined,
  },
});
