// Puts a device install together in a folder.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { deviceContents } from './contents.mjs';
import { installPackages } from './install-packages.mjs';
import { lockedPackages } from './locked-packages.mjs';
import { prune } from './prune.mjs';

/** Beside the program: the models that run on devices, the page of the console, the scripts of the service. */
const alongside = [
  'dist/console',
  'models/nano',
  'models/nano-int8',
  'deploy',
  'docs',
  'scripts/enable-cuda.sh',
  'LICENSE',
  'CHANGELOG.md',
];

/**
 * @param {{ root: string, out: string, arch: 'arm64' | 'x64' }} options `out` is written anew
 * @returns {{ withoutCommands: string[] }}
 */
export function assemble({ root, out, arch }) {
  const { files, packages, withoutCommands } = deviceContents(root);
  rmSync(out, { recursive: true, force: true });
  for (const file of files) copy(root, out, relative(root, file));
  for (const path of alongside) copy(root, out, path);

  const whole = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { name, version, description, license, type, engines, bin } = whole;
  const kept = Object.entries(whole.dependencies).filter(([dependency]) => packages.includes(dependency));
  const ours = { name, version, description, license, type, engines, os: ['linux'], cpu: [arch], bin };
  const manifest = { ...ours, dependencies: Object.fromEntries(kept), tagalong: { withoutCommands } };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

  // the lock holds every package to the version that was tested
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const names = kept.map(([dependency]) => dependency);
  installPackages(root, out, lockedPackages(lock, names, { os: 'linux', cpu: arch, libc: 'glibc' }));
  prune(join(out, 'node_modules'), arch);
  return { withoutCommands };
}

function copy(root, out, path) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  cpSync(join(root, path), join(out, path), { recursive: true });
}
