import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of every file, by its path; `absent` for one that cannot be read. */
export async function lookAt(paths: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(paths.map(async (path) => [path, await digestOfFile(path)] as const));
  return Object.fromEntries(entries);
}

/** How two looks differ, in words; null when they are alike. `ours` is this machine's. */
export function lookDifference(
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
): string | null {
  for (const [path, digest] of Object.entries(theirs)) {
    if (ours[path] === digest) continue;
    if (ours[path] === undefined || ours[path] === absent) return `${path} is not there`;
    return `${path} is another file than where the job comes from`;
  }
  return null;
}

const absent = 'absent';

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return absent;
  }
  return hash.digest('hex');
}
