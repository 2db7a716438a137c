import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../../core/errors.js';

/**
 * Keeps other publishers of this machine out of a folder while `work` goes on. The lock of one that was killed is
 * taken over. @throws FleetError when another one is at it.
 */
export async function withLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, '.lock');
  await take(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(holder)) throw new FleetError(`${path}: process ${holder} is publishing; wait for it`);
    await rm(path, { force: true });
  }
  throw new FleetError(`${path}: another process is publishing; wait for it`);
}

/** One that has only just made the file, and not written its number yet, reads as 0: nobody. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
