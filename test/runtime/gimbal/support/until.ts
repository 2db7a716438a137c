import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true; the test's own limit ends it otherwise. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}
