import { pipeline } from 'node:stream';
import { createBrotliDecompress } from 'node:zlib';
import { FleetError } from '../../core/errors.js';
import { readArchive, type ArchiveEntry } from '../archive/read-archive.js';
import { bundleLimits, type BundleLimits } from './limits.js';

/**
 * Reads a packed bundle as it comes, in memory that does not grow with it. Nothing of it is trusted.
 * @param limits what this bundle may be; tighter where its release says more.
 * @throws FleetError
 */
export function readBundle(
  packed: AsyncIterable<Uint8Array>,
  { packedBytes, unpackedBytes, files }: BundleLimits = bundleLimits,
): AsyncGenerator<ArchiveEntry> {
  return readArchive(decompress(packed, packedBytes), { bytes: unpackedBytes, files });
}

/** The whole of it in memory. @throws FleetError */
export async function loadBundle(
  packed: AsyncIterable<Uint8Array>,
  limits?: BundleLimits,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const { path, body } of readBundle(packed, limits)) {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    files.set(path, Buffer.concat(parts));
  }
  return files;
}

async function* decompress(packed: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  const brotli = createBrotliDecompress();
  const chunks = pipeline(counted(packed, limit), brotli, () => {
    // a failure ends the iteration below
  });
  try {
    for await (const chunk of chunks) yield chunk as Uint8Array;
  } catch (cause) {
    if (cause instanceof FleetError) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const damaged = /^(ERR_|Z_|ERR__ERROR)|BROTLI/i.test(code);
    throw new FleetError(
      damaged
        ? 'bundle: damaged, or not compressed as bundles are (Brotli)'
        : `bundle: cannot be read: ${message}`,
      { cause },
    );
  } finally {
    brotli.destroy();
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new FleetError(`bundle: larger than the ${limit} packed bytes it may have`);
    yield chunk;
  }
}
