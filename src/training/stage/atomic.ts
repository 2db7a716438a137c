import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a whole file or nothing: a temporary beside it, synced, then renamed over it. Makes the folder. */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryFor(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** JSON for people and machines: two spaces, final newline; `compact` on one line. */
export async function writeJsonAtomic(path: string, value: unknown, { compact = false } = {}): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, compact ? undefined : 2)}\n`);
}

/** The name a file is written under before it is whole: always the same, so that a killed run leaves no litter behind. */
export function temporaryFor(path: string): string {
  return `${path}.partial`;
}
