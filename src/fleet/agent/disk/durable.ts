import { codeOf, type FileSystem } from './file-system.js';

/** Puts a whole new file in the place of an old one: after a power cut there is one or the other. */
export async function writeDurably(
  disk: FileSystem,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const fresh = `${folder}/${name}${freshEnding}`;
  const file = await disk.create(fresh);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(fresh, `${folder}/${name}`);
  await disk.syncFolder(folder);
}

/** Turns a link to another target, in one step. */
export async function turnLink(
  disk: FileSystem,
  folder: string,
  name: string,
  target: string,
): Promise<void> {
  const fresh = `${folder}/${name}${freshEnding}`;
  if ((await disk.kindOf(fresh)) !== null) await disk.removeFile(fresh);
  await disk.makeLink(target, fresh);
  await disk.rename(fresh, `${folder}/${name}`);
  await disk.syncFolder(folder);
}

/** Makes a folder that stays; one that is there is left as it is. */
export async function makeFolderDurably(disk: FileSystem, parent: string, name: string): Promise<void> {
  const path = `${parent}/${name}`;
  if ((await disk.kindOf(path)) === 'folder') return;
  await disk.makeFolder(path);
  await disk.syncFolder(parent);
}

/** A small file as a whole; null when there is none. */
export async function readWhole(disk: FileSystem, path: string): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of disk.read(path)) pieces.push(piece);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return null;
    throw error;
  }
  return Buffer.concat(pieces);
}

/** Removes a file, a link, or a folder with all it holds; links are not followed. Nothing there: nothing to do. */
export async function removeTree(disk: FileSystem, path: string): Promise<void> {
  const kind = await disk.kindOf(path);
  if (kind === null) return;
  if (kind !== 'folder') {
    await disk.removeFile(path);
    return;
  }
  for (const name of await disk.list(path)) await removeTree(disk, `${path}/${name}`);
  await disk.removeFolder(path);
}

/** Names that end so are unfinished work. */
export const freshEnding = '.new';
