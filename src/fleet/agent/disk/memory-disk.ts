import { createRandom, type Random } from '../../../core/random.js';
import type { FileSystem, OpenFile } from './file-system.js';

interface FileNode {
  readonly kind: 'file';
  /** What a reader sees. */
  data: Uint8Array;
  /** What was synced last. */
  durable: Uint8Array;
}
interface LinkNode {
  readonly kind: 'link';
  readonly target: string;
}
interface FolderNode {
  readonly kind: 'folder';
  entries: Map<string, Node>;
  durable: Map<string, Node>;
  /** Changes of the names since the last sync. */
  pending: Change[];
}
type Node = FileNode | LinkNode | FolderNode;
/** Happens as a whole or not at all. */
type Change = readonly (readonly [name: string, node: Node | null])[];

/** The power is gone: this call, and every later one, did nothing. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

export interface MemoryDiskOptions {
  /** Bytes of all files together; default: no end. */
  readonly capacity?: number;
}

/**
 * A file system in memory that knows what survives a power cut: of a file, what it had at its last sync, or any part of what was written
 * since; of a folder, its names at its last sync, and any of the changes since, each independent of the others, which is less than
 * any journalling file system promises. Only that one rename, or one link, is never half done is taken for granted, as POSIX has it.
 */
export class MemoryDisk implements FileSystem {
  readonly #capacity: number;
  #root: FolderNode;
  #calls = 0;
  #cutAt = Number.POSITIVE_INFINITY;

  constructor({ capacity = Number.POSITIVE_INFINITY }: MemoryDiskOptions = {}) {
    this.#capacity = capacity;
    this.#root = folder();
  }

  /** Syncs of these do nothing any more: for tests that must see a missing one found out. */
  deafTo: 'file' | 'folder' | null = null;

  /** Calls that changed something, or synced, so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Bytes of all files together. */
  get usedBytes(): number {
    return used(this.#root);
  }

  /** The power goes instead of this call, counted from now; the first is 0. */
  cutAfter(calls: number): void {
    this.#cutAt = this.#calls + calls;
  }

  /** The disk as it may be found when the power is back. */
  afterCut(seed: number): MemoryDisk {
    const disk = new MemoryDisk({ capacity: this.#capacity });
    disk.#root = survivor(this.#root, createRandom(seed));
    return disk;
  }

  kindOf(path: string) {
    return this.#read(() => this.#find(path)?.kind ?? null);
  }

  sizeOf(path: string) {
    return this.#read(() => this.#file(path).data.length);
  }

  async *read(path: string): AsyncIterable<Uint8Array> {
    const data = await this.#read(() => this.#file(path).data);
    const half = data.length >> 1;
    if (half > 0) yield data.slice(0, half);
    yield data.slice(half);
  }

  list(path: string) {
    return this.#read(() => [...this.#folder(path).entries.keys()].sort());
  }

  readLink(path: string) {
    return this.#read(() => {
      const node = this.#find(path);
      if (node?.kind !== 'link') throw failure('EINVAL', path);
      return node.target;
    });
  }

  freeBytes() {
    return this.#read(() => this.#capacity - used(this.#root));
  }

  create(path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      const old = parent.entries.get(name);
      const file: FileNode = old?.kind === 'file' ? old : { kind: 'file', data: empty, durable: empty };
      file.data = empty;
      if (file !== old) enter(parent, [[name, file]]);
      return this.#open(file, path);
    });
  }

  append(path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      const old = parent.entries.get(name);
      if (old?.kind === 'file') return this.#open(old, path);
      const file: FileNode = { kind: 'file', data: empty, durable: empty };
      enter(parent, [[name, file]]);
      return this.#open(file, path);
    });
  }

  makeFolder(path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      if (parent.entries.has(name)) throw failure('EEXIST', path);
      enter(parent, [[name, folder()]]);
    });
  }

  makeLink(target: string, path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      if (parent.entries.has(name)) throw failure('EEXIST', path);
      enter(parent, [[name, { kind: 'link', target }]]);
    });
  }

  rename(from: string, to: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(from);
      const [other, next] = this.#parent(to);
      const node = parent.entries.get(name);
      if (!node) throw failure('ENOENT', from);
      if (parent !== other) throw failure('EXDEV', to);
      if (other.entries.get(next)?.kind === 'folder') throw failure('EISDIR', to);
      enter(parent, [
        [next, node],
        [name, null],
      ]);
    });
  }

  removeFile(path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      const node = parent.entries.get(name);
      if (!node) throw failure('ENOENT', path);
      if (node.kind === 'folder') throw failure('EISDIR', path);
      enter(parent, [[name, null]]);
    });
  }

  removeFolder(path: string) {
    return this.#change(() => {
      const [parent, name] = this.#parent(path);
      if (this.#folder(path).entries.size > 0) throw failure('ENOTEMPTY', path);
      enter(parent, [[name, null]]);
    });
  }

  syncFolder(path: string) {
    return this.#change(() => {
      const node = this.#folder(path);
      if (this.deafTo === 'folder') return;
      node.durable = new Map(node.entries);
      node.pending = [];
    });
  }

  #open(file: FileNode, path: string): OpenFile {
    return {
      write: (bytes) =>
        this.#change(() => {
          const room = this.#capacity - used(this.#root);
          const written = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
          file.data = joined(file.data, written);
          if (written.length < bytes.length) throw failure('ENOSPC', path);
        }),
      sync: () =>
        this.#change(() => {
          if (this.deafTo !== 'file') file.durable = file.data;
        }),
      close: () => Promise.resolve(),
    };
  }

  async #read<T>(read: () => T): Promise<T> {
    await Promise.resolve();
    if (this.#calls >= this.#cutAt) throw new PowerCut('the power is gone');
    return read();
  }

  async #change<T>(change: () => T): Promise<T> {
    return this.#read(() => {
      this.#calls += 1;
      return change();
    });
  }

  #find(path: string): Node | null {
    let node: Node = this.#root;
    for (const name of path.split('/').filter((it) => it !== '')) {
      if (node.kind === 'link') return null; // the agent follows links by itself
      if (node.kind !== 'folder') return null;
      const next = node.entries.get(name);
      if (!next) return null;
      node = next;
    }
    return node;
  }

  #file(path: string): FileNode {
    const node = this.#find(path);
    if (!node) throw failure('ENOENT', path);
    if (node.kind !== 'file') throw failure('EISDIR', path);
    return node;
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path);
    if (!node) throw failure('ENOENT', path);
    if (node.kind !== 'folder') throw failure('ENOTDIR', path);
    return node;
  }

  #parent(path: string): [FolderNode, string] {
    const cut = path.lastIndexOf('/');
    return [this.#folder(path.slice(0, cut)), path.slice(cut + 1)];
  }
}

const empty = new Uint8Array(0);

function folder(): FolderNode {
  return { kind: 'folder', entries: new Map(), durable: new Map(), pending: [] };
}

function enter(parent: FolderNode, change: Change): void {
  apply(parent.entries, change);
  parent.pending.push(change);
}

function apply(entries: Map<string, Node>, change: Change): void {
  for (const [name, node] of change) {
    if (node) entries.set(name, node);
    else entries.delete(name);
  }
}

function used(node: Node): number {
  if (node.kind === 'file') return node.data.length;
  if (node.kind === 'link') return 0;
  return [...node.entries.values()].reduce((sum, it) => sum + used(it), 0);
}

/** What of a folder is found after a cut: often nothing unsynced, often all of it, else a mixture. */
function survivor(node: FolderNode, random: Random): FolderNode {
  const share = [0, 0.5, 1][Math.floor(random.next() * 3)]!;
  const entries = new Map(node.durable);
  for (const change of node.pending) if (random.next() < share) apply(entries, change);
  const found = [...entries].map(([name, it]): [string, Node] => [name, nodeAfterCut(it, random)]);
  return { kind: 'folder', entries: new Map(found), durable: new Map(found), pending: [] };
}

function nodeAfterCut(node: Node, random: Random): Node {
  if (node.kind === 'link') return node;
  if (node.kind === 'folder') return survivor(node, random);
  const data = node.data === node.durable ? node.durable : contentsAfterCut(node, random);
  return { kind: 'file', data, durable: data };
}

/** The old contents, the new, a part of the new, or the new length with holes. */
function contentsAfterCut({ data, durable }: FileNode, random: Random): Uint8Array {
  const written = Math.floor(random.next() * (data.length + 1));
  switch (Math.floor(random.next() * 4)) {
    case 0:
      return durable;
    case 1:
      return data;
    case 2:
      return data.slice(0, written);
    default:
      return joined(data.slice(0, written), new Uint8Array(data.length - written));
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
