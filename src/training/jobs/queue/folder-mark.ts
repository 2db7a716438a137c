import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file whose content tells whether another machine's folder of the same path is the same folder. */
export interface FolderMark {
  readonly path: string;
  readonly token: string;
}

/** Makes the folder and marks it; the mark of an interrupted run is taken over, because its jobs may still be waiting. */
export async function placeMark(folder: string): Promise<FolderMark> {
  const path = join(folder, '.shared');
  await mkdir(folder, { recursive: true });
  const token = randomUUID();
  try {
    await writeFile(path, token, { flag: 'wx' });
    return { path, token };
  } catch {
    return { path, token: await readFile(path, 'utf8') };
  }
}

export async function seesMark({ path, token }: FolderMark): Promise<boolean> {
  return readFile(path, 'utf8').then(
    (found) => found === token,
    () => false,
  );
}

export async function removeMark({ path }: FolderMark): Promise<void> {
  await rm(path, { force: true });
}
