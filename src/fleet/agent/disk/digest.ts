import { createHash } from 'node:crypto';
import { codeOf, type FileSystem } from './file-system.js';

export interface Digest {
  readonly length: number;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Length and hash of a file; null when there is none. */
export async function digestOf(disk: FileSystem, path: string): Promise<Digest | null> {
  const hash = createHash('sha256');
  let length = 0;
  try {
    for await (const piece of disk.read(path)) {
      hash.update(piece);
      length += piece.length;
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return null;
    throw error;
  }
  return { length, sha256: hash.digest('hex') };
}
