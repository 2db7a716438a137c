import { readArchive } from '../../../src/fleet/archive/read-archive.js';
import { pushLimits, type PushMessage } from '../../../src/fleet/push/messages.js';

// Stands in for `tagalong agent receive` at the other end of an ssh: reads the archive, says what came.

const tell = (message: PushMessage): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`);
};

if (process.argv.includes('--greeting')) process.stdout.write('Welcome to drone 7!\n{"not": "for us"}\n');
tell({ kind: 'progress', phase: 'checking', progress: null });
const paths: string[] = [];
for await (const { path } of readArchive(process.stdin, pushLimits)) paths.push(path);
const bundles = paths.filter((path) => path.startsWith('targets/'));
tell({
  kind: 'result',
  result: 'installed',
  model: null,
  version: null,
  reason: `${paths.length} files, among them ${bundles.join(', ')}`,
});
