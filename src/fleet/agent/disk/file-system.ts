/**
 * The part of a file system that the agent writes its state and its slots with, one call for one system call, so that a test can cut the
 * power between any two of them. Failures carry the system's `code`, such as ENOSPC.
 *
 * What is written is safe from a power cut only when the file was synced, and the folder that names it too.
 */
export interface FileSystem {
  /** What stands there; a link is not followed. Null: nothing. */
  kindOf(path: string): Promise<'file' | 'folder' | 'link' | null>;
  /** Bytes of a file. @throws when there is none. */
  sizeOf(path: string): Promise<number>;
  /** A file's bytes, piece by piece. @throws when there is none. */
  read(path: string): AsyncIterable<Uint8Array>;
  /** Names in a folder, in order. @throws when there is none. */
  list(folder: string): Promise<string[]>;
  /** What a link points to. @throws when there is none. */
  readLink(path: string): Promise<string>;
  /** Bytes that may still be written below this folder. */
  freeBytes(folder: string): Promise<number>;

  /** Opens a new file; one that is there loses its contents. */
  create(path: string): Promise<OpenFile>;
  /** Opens a file to write after its end; makes it when there is none. */
  append(path: string): Promise<OpenFile>;
  makeFolder(path: string): Promise<void>;
  makeLink(target: string, path: string): Promise<void>;
  /** Within one folder, in one step: whatever had the new name is replaced. */
  rename(from: string, to: string): Promise<void>;
  /** A file or a link. */
  removeFile(path: string): Promise<void>;
  /** An empty folder. */
  removeFolder(path: string): Promise<void>;
  /** Makes durable which names the folder has. */
  syncFolder(path: string): Promise<void>;
}

/** Its opener closes it. */
export interface OpenFile {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes what was written durable; not the name of a new file. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The system's word for what went wrong, such as ENOSPC; empty when it was something else. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}
