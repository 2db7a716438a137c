import { access, constants, readdir, readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A file's text without white space around it; null when it cannot be read. */
export async function readText(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** Names in a folder, sorted; none when it cannot be read. */
export async function names(path: string): Promise<string[]> {
  return readdir(path).then(
    (found) => found.sort(),
    () => [],
  );
}

export async function canReadAndWrite(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** What a program writes; null when it is missing or fails. */
export async function output(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  return promisify(execFile)(command, args, { signal, timeout: 10_000 }).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}
