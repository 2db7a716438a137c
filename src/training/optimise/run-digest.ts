import { createHash } from 'node:crypto';

/** Names a run by everything that decides its result: sixteen hex digits of its options. */
export function runDigest(options: unknown): string {
  return createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
}
