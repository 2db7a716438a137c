import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { UsageError } from '../../../core/errors.js';

/**
 * Reads a signing key: 64 hexadecimal digits, or else a passphrase on the first line, whose SHA-256 is the key (as
 * QGroundControl, Mission Planner and MAVProxy make it).
 * @throws UsageError when it cannot be read, is empty, or others than its owner may read it.
 */
export async function readSigningKey(path: string): Promise<Buffer> {
  const option = `mavlink.signing.keyFile "${path}"`;
  const text = await readPrivately(path, option);
  const line = text.split(/\r?\n/, 1)[0]!.trim();
  if (line === '') throw new UsageError(`${option}: the first line is empty`);
  return /^[\dA-Fa-f]{64}$/.test(line)
    ? Buffer.from(line, 'hex')
    : createHash('sha256').update(line).digest();
}

async function readPrivately(path: string, option: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { mode } = await file.stat(); // of the very file that is read
    if ((mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      throw new UsageError(`${option}: others may use it (${shown}); chmod 600 ${path}`);
    }
    return await file.readFile('utf8');
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new UsageError(`${option}: ${reasons[code] ?? String(cause)}`, { cause });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
};
