// Puts packages into a device install: from this installation where they are here, else from the registry.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param {string} root of this installation
 * @param {string} out of the device install
 * @param {readonly import('./locked-packages.mjs').LockedPackage[]} packages
 * @throws Error when one cannot be had, or is another than the lock says
 */
export function installPackages(root, out, packages) {
  const missing = packages.filter((one) => !isHere(root, one));
  for (const { path } of packages) {
    if (missing.some((one) => one.path === path)) continue;
    // packages below it come by themselves, where they are needed
    const below = join(root, path, 'node_modules');
    cpSync(join(root, path), join(out, path), { recursive: true, filter: (from) => from !== below });
  }
  if (missing.length > 0) fetchPackages(out, missing);
}

function isHere(root, { path, version }) {
  const file = join(root, path, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version === version;
}

function fetchPackages(out, missing) {
  const folder = mkdtempSync(join(tmpdir(), 'tagalong-packages-'));
  try {
    const names = missing.map(({ name, version }) => `${name}@${version}`);
    const flags = ['--json', '--prefer-offline', '--pack-destination', folder];
    const packed = runTool('npm', ['pack', ...names, ...flags], folder);
    const files = JSON.parse(packed);
    for (const { path, name, integrity } of missing) {
      const tarball = join(folder, files.find((one) => one.name === name).filename);
      checkIntegrity(tarball, integrity, name);
      mkdirSync(join(out, path), { recursive: true });
      runTool(
        'tar',
        ['-xzf', tarball, '--strip-components=1', '--no-same-owner', '-C', join(out, path)],
        folder,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function checkIntegrity(file, integrity, name) {
  const [algorithm, expected] = integrity.split(/-(.*)/s);
  const found = createHash(algorithm).update(readFileSync(file)).digest('base64');
  if (found !== expected) throw new Error(`${name} from the registry is not what package-lock.json says`);
}

function runTool(tool, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd, encoding: 'utf8' });
  if (error) throw new Error(`${tool} cannot be started`, { cause: error });
  if (status !== 0) throw new Error(`${tool} ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}
