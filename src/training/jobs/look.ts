import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of every file, by its path; `absent` for one that is not there. @throws the error of a file that cannot be read. */
export async function lookAt(paths: readonly string[]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  // one after the other: many jobs look at the same time, and open files are limited
  for (const path of paths) digests[path] = await digestOfFile(path);
  return digests;
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
const missing = ['ENOENT', 'ENOTDIR'];

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    if (missing.includes((error as NodeJS.ErrnoException).code ?? '')) return absent;
    throw error;
  }
  return hash.digest('hex');
}
