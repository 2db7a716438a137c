import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runProgram } from './run-program.js';

export const root = resolve(import.meta.dirname, '../../..');

/** A device install that `npm run pack:device` has made. */
export interface PackedDevice {
  readonly dir: string;
  /** What the script said. */
  readonly output: string;
  remove(): Promise<void>;
}

/** @throws Error with what the script said when it failed */
export async function packDevice(arch: string): Promise<PackedDevice> {
  const out = await mkdtemp(join(tmpdir(), 'tagalong-device-'));
  const remove = (): Promise<void> => rm(out, { recursive: true, force: true });
  const script = join(root, 'scripts/pack-device.mjs');
  const { status, stdout, stderr } = await runProgram(process.execPath, [
    script,
    '--arch',
    arch,
    '--out',
    out,
  ]);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  if (status === 0) return { dir: join(out, `tagalong-${version}-linux-${arch}`), output: stdout, remove };
  await remove();
  throw new Error(stderr);
}
