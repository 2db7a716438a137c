import type { PushResult } from './messages.js';

/** What became of one device. */
export type PushOutcome =
  | { readonly host: string; readonly kind: 'done'; readonly result: PushResult; readonly seconds: number }
  | { readonly host: string; readonly kind: 'failed'; readonly reason: string; readonly seconds: number }
  /** Another one failed before its turn. */
  | { readonly host: string; readonly kind: 'not-tried' };

export interface PushPlan {
  /** So many first; the rest only when all of them are well. */
  readonly canary: number;
  /** Devices at a time. */
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pushes to every host: the canaries first, then the rest. After the first failure no further device is begun; those under
 * way are finished. @returns in the order of the hosts
 */
export async function pushToMany(
  hosts: readonly string[],
  push: (host: string) => Promise<PushResult>,
  { canary, parallel, signal }: PushPlan,
): Promise<PushOutcome[]> {
  const outcomes = new Map<string, PushOutcome>();
  let well = true;
  const one = async (host: string): Promise<void> => {
    const begun = performance.now();
    const seconds = (): number => (performance.now() - begun) / 1000;
    try {
      const result = await push(host);
      outcomes.set(host, { host, kind: 'done', result, seconds: seconds() });
      well &&= isWell(result);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      outcomes.set(host, { host, kind: 'failed', reason, seconds: seconds() });
      well = false;
    }
  };
  for (const wave of [hosts.slice(0, canary), hosts.slice(canary)]) {
    const waiting = [...wave];
    const lane = async (): Promise<void> => {
      for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
        if (!well || signal?.aborted === true) return;
        await one(host);
      }
    };
    await Promise.all(Array.from({ length: Math.min(parallel, wave.length) }, lane));
  }
  return hosts.map((host) => outcomes.get(host) ?? { host, kind: 'not-tried' });
}

/** Whether the device runs now what was pushed. */
export function isWell({ result }: PushResult): boolean {
  return result === 'installed' || result === 'confirmed';
}
