import { FleetError } from '../../../core/errors.js';
import { digestOf } from '../disk/digest.js';
import { removeTree } from '../disk/durable.js';
import type { FileSystem } from '../disk/file-system.js';
import type { Transport } from '../transport/transport.js';

export interface Wanted {
  /** Below the repository. */
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
}

export interface DownloadOptions {
  readonly disk: FileSystem;
  readonly transport: Transport;
  /** Holds downloads, finished or not, and nothing else. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number) => void;
  /** Connections that may break while something came over each. */
  readonly mostResumes?: number;
}

/**
 * Gets a file whose length and hash are known, going on where an earlier attempt ended. What was begun stays for the next one when the
 * connection breaks; what turns out to be wrong does not.
 * @returns where it lies
 * @throws FleetError when it cannot be had, or is not what was wanted.
 */
export async function download(wanted: Wanted, options: DownloadOptions): Promise<string> {
  const { disk, folder } = options;
  const path = `${folder}/${wanted.sha256}`;
  await removeOthers(disk, folder, wanted.sha256);
  const kept = (await disk.kindOf(path)) === 'file' ? await disk.sizeOf(path) : 0;
  await complete(wanted, path, options);
  if (await isRight(disk, path, wanted)) return path;
  await removeTree(disk, path);
  if (kept > 0) {
    // the earlier part may have suffered from a power cut: once more from the beginning
    await complete(wanted, path, options);
    if (await isRight(disk, path, wanted)) return path;
    await removeTree(disk, path);
  }
  throw new FleetError(
    `${options.transport.origin}/${wanted.path}: is not the file that was signed for (another hash)`,
  );
}

/** Bytes of it that are here already. */
export async function downloadedBytes(disk: FileSystem, folder: string, sha256: string): Promise<number> {
  const path = `${folder}/${sha256}`;
  return (await disk.kindOf(path)) === 'file' ? disk.sizeOf(path) : 0;
}

async function complete(wanted: Wanted, path: string, options: DownloadOptions): Promise<void> {
  const { disk, mostResumes = 5, signal } = options;
  for (let resumes = 0; ; resumes += 1) {
    const before = (await disk.kindOf(path)) === 'file' ? await disk.sizeOf(path) : 0;
    try {
      await append(wanted, path, before, options);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const after = (await disk.kindOf(path)) === 'file' ? await disk.sizeOf(path) : 0;
      const cut = error instanceof FleetError && after > before && after < wanted.length;
      if (!cut || resumes >= mostResumes) throw error;
    }
  }
}

/** Appends what is missing; a server that begins anew has it written anew. */
async function append(wanted: Wanted, path: string, have: number, options: DownloadOptions): Promise<void> {
  const { disk, transport, signal, onProgress } = options;
  if (have > wanted.length) await removeTree(disk, path);
  const from = have > wanted.length ? 0 : have;
  if (from === wanted.length) return;
  const reply = await transport.get(wanted.path, { from, signal });
  if (!reply) throw new FleetError(`${transport.origin}/${wanted.path}: is not there`);
  const file = reply.from === from ? await disk.append(path) : await disk.create(path);
  let bytes = reply.from;
  try {
    for await (const piece of reply.body) {
      signal.throwIfAborted();
      if (bytes + piece.length > wanted.length) {
        throw new FleetError(`${transport.origin}/${wanted.path}: is longer than what was signed for`);
      }
      await file.write(piece);
      bytes += piece.length;
      onProgress?.(bytes / wanted.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (bytes < wanted.length) {
    throw new FleetError(
      `${transport.origin}/${wanted.path}: ended after ${bytes} of ${wanted.length} bytes`,
    );
  }
}

async function isRight(disk: FileSystem, path: string, { length, sha256 }: Wanted): Promise<boolean> {
  const found = await digestOf(disk, path);
  return found?.length === length && found.sha256 === sha256;
}

async function removeOthers(disk: FileSystem, folder: string, keep: string): Promise<void> {
  for (const name of await disk.list(folder)) if (name !== keep) await removeTree(disk, `${folder}/${name}`);
}
