import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true; the limit is generous, for a slow machine only delays it. */
export async function until(condition: () => boolean, what: string, limitMs = 60_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${limitMs} ms for ${what}`);
    await sleep(10);
  }
}
