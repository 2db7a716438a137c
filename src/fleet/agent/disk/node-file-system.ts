import { createReadStream } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rmdir,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import { codeOf, type FileSystem, type OpenFile } from './file-system.js';

/** The machine's own. */
export const nodeFileSystem: FileSystem = {
  async kindOf(path) {
    try {
      const found = await lstat(path);
      if (found.isSymbolicLink()) return 'link';
      return found.isDirectory() ? 'folder' : 'file';
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
      throw error;
    }
  },
  async sizeOf(path) {
    return (await lstat(path)).size;
  },
  read: (path) => createReadStream(path) as AsyncIterable<Uint8Array>,
  async list(folder) {
    return (await readdir(folder)).sort();
  },
  readLink: (path) => readlink(path),
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  create: (path) => openFile(path, 'w'),
  append: (path) => openFile(path, 'a'),
  async makeFolder(path) {
    await mkdir(path);
  },
  makeLink: (target, path) => symlink(target, path),
  rename: (from, to) => rename(from, to),
  removeFile: (path) => unlink(path),
  removeFolder: (path) => rmdir(path),
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

async function openFile(path: string, flags: 'w' | 'a'): Promise<OpenFile> {
  const file = await open(path, flags);
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
    },
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
