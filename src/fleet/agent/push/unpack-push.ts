import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FleetError } from '../../../core/errors.js';
import { readArchive } from '../../archive/read-archive.js';
import { pushLimits } from '../../push/messages.js';

/**
 * Lays a pushed repository into a folder, which is emptied before. Nothing of it is trusted yet.
 * @param sha256 what the whole of it must hash to, where the sender signed for that.
 * @throws FleetError
 */
export async function unpackPush(
  pieces: AsyncIterable<Uint8Array>,
  folder: string,
  sha256: string | null,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const hash = createHash('sha256');
  for await (const { path, body } of readArchive(hashed(pieces, hash), pushLimits)) {
    if (!/^(metadata|targets)\//.test(path)) throw new FleetError(`push: "${path}" belongs to no repository`);
    const file = join(folder, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await pipeline(body, createWriteStream(file));
  }
  if (sha256 === null || hash.digest('hex') === sha256) return;
  throw new FleetError('push: is not what was signed for (another hash)');
}

async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: { update(piece: Uint8Array): unknown },
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}
