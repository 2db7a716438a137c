import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeJsonAtomic } from '../stage/atomic.js';

/**
 * Writes a result whole or not at all. Two machines may write the same result at the same time (a worker that was taken for
 * dead): each has a temporary file of its own, and the last rename stays.
 */
export async function writeResult(path: string, value: unknown): Promise<void> {
  const own = `${path}.${randomUUID()}`;
  await writeJsonAtomic(own, value, { compact: true });
  await rename(own, path);
}

export async function hasResult(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Waits until another machine's file is seen here: network file systems may remember for a minute that it was not there. @returns false when the time is over. */
export async function awaitResult(path: string, limitMs: number, signal: AbortSignal): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(2 * pauseMs, 2000)) {
    if (await hasResult(path)) return true;
    if (performance.now() >= endMs) return false;
    await sleep(pauseMs, undefined, { signal });
  }
}

/** Removes what workers that were killed in the middle of writing have left beside finished results. */
export async function removeLitter(folder: string, results: readonly string[]): Promise<void> {
  const names = new Set(results.map((path) => basename(path)));
  const own = /^(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.partial)?$/;
  for (const entry of await readdir(folder)) {
    const of = own.exec(entry)?.[1];
    if (of !== undefined && names.has(of)) await rm(join(folder, entry), { force: true });
  }
}
