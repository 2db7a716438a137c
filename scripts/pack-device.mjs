// `npm run pack:device -- --arch arm64|x64 [--out DIR]`: a device install: the program without training, for one platform alone.
// Writes DIR/tagalong-VERSION-linux-ARCH (default DIR: device/) and the same as .tar.gz. Needs the built package and the npm registry.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble } from './device/assemble.mjs';
import { sizeOf } from './device/prune.mjs';

/** What a device install may weigh besides Node; onnxruntime's library for x64 is 20 MB larger than that for arm64. */
const mostBytes = { arm64: 80e6, x64: 100e6 };

const root = resolve(import.meta.dirname, '..');
process.exitCode = main();

function main() {
  const { values } = parseArgs({
    options: { arch: { type: 'string' }, out: { type: 'string', default: 'device' } },
  });
  const { arch = process.arch, out } = values;
  if (arch !== 'arm64' && arch !== 'x64') return fail(`--arch "${arch}": must be arm64 or x64`, 2);
  if (!existsSync(join(root, 'dist/src/cli/main.js'))) return fail('not built: run `npm run build` first', 1);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const name = `tagalong-${version}-linux-${arch}`;
  const folder = join(resolve(out), name);
  let withoutCommands;
  try {
    ({ withoutCommands } = assemble({ root, out: folder, arch }));
  } catch (error) {
    return fail(error.message, 1);
  }
  const bytes = sizeOf(folder);
  const tar = spawnSync('tar', ['-czf', `${name}.tar.gz`, '--owner=0', '--group=0', name], {
    cwd: resolve(out),
  });
  if (tar.status !== 0) return fail(`tar failed: ${tar.error?.message ?? tar.stderr}`, 1);
  console.log(
    `${folder}: ${(bytes / 1e6).toFixed(1)} MB besides Node, without ${withoutCommands.join(', ')}`,
  );
  console.log(`${folder}.tar.gz`);
  return bytes <= mostBytes[arch] ? 0 : fail(`that is more than ${mostBytes[arch] / 1e6} MB`, 1);
}

function fail(message, code) {
  console.error(`pack:device: ${message}`);
  return code;
}
