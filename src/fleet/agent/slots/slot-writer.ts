import { createHash } from 'node:crypto';
import type { FileSystem } from '../disk/file-system.js';
import type { SlotContents } from './slot-contents.js';

/** Writes the files of one slot, each synced, and remembers what it wrote. */
export class SlotWriter {
  readonly files: SlotContents['files'] = [];
  readonly #disk: FileSystem;
  readonly #root: string;
  readonly #check: (path: string) => void;
  readonly #folders = new Set<string>();

  /** @param check throws for a path that must not be written */
  constructor(disk: FileSystem, root: string, check: (path: string) => void) {
    this.#disk = disk;
    this.#root = root;
    this.#check = check;
  }

  /** Writes one file; folders are made as needed. */
  async write(path: string, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    this.#check(path);
    await this.#makeFolders(path);
    const hash = createHash('sha256');
    let length = 0;
    const file = await this.#disk.create(`${this.#root}/${path}`);
    try {
      for await (const piece of pieces) {
        await file.write(piece);
        hash.update(piece);
        length += piece.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    this.files.push({ path, length, sha256: hash.digest('hex') });
  }

  /** Makes the names of all that was written durable, the innermost first. */
  async settle(): Promise<void> {
    const deepest = [...this.#folders].sort((a, b) => b.length - a.length);
    for (const folder of deepest) await this.#disk.syncFolder(`${this.#root}/${folder}`);
    await this.#disk.syncFolder(this.#root);
  }

  async #makeFolders(path: string): Promise<void> {
    const parts = path.split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      if (this.#folders.has(folder)) continue;
      await this.#disk.makeFolder(`${this.#root}/${folder}`);
      this.#folders.add(folder);
    }
  }
}
