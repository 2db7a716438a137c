import { FleetError } from '../../core/errors.js';
import { ByteReader } from './byte-reader.js';
import { decodeTarHeader, paddingAfter, tarBlock } from './tar-header.js';

/** What an archive may be. Whoever reads one stops at the first thing that lies beyond. */
export interface ArchiveLimits {
  /** Headers and padding included. */
  readonly bytes: number;
  readonly files: number;
}

/** One file of an archive. Its contents are there until the next one is asked for. */
export interface ArchiveEntry {
  /** Checked: relative, below its folder, plain letters, at most three names. */
  readonly path: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Reads an archive as it comes, in memory that does not grow with it. Nothing of it is trusted: it is refused at the
 * first byte that `writeArchive` would not have written. Entries come in the order they have; none twice.
 * @throws FleetError
 */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  { bytes, files }: ArchiveLimits,
): AsyncGenerator<ArchiveEntry> {
  const reader = new ByteReader(chunks, bytes);
  const seen: string[] = [];
  try {
    for (;;) {
      const entry = decodeTarHeader(await reader.take(tarBlock));
      if (!entry) break;
      checkNew(entry.path, seen);
      if (seen.push(entry.path) > files) {
        throw new FleetError(`archive: more than the ${files} files it may hold`);
      }
      const body = reader.stream(entry.size);
      yield { ...entry, body };
      while ((await body.next()).done !== true); // what the caller left
      await takeZeroes(reader, paddingAfter(entry.size));
    }
    await takeZeroes(reader, tarBlock);
    if (!(await reader.atEnd())) throw new FleetError('archive: goes on after its end');
  } finally {
    await reader.close();
  }
}

/** No file twice, and none that is another one's folder. Case does not tell files apart everywhere. */
function checkNew(path: string, seen: readonly string[]): void {
  const low = path.toLowerCase();
  for (const other of seen) {
    const earlier = other.toLowerCase();
    if (low === earlier || low.startsWith(`${earlier}/`) || earlier.startsWith(`${low}/`)) {
      throw new FleetError(`archive: "${path}" and "${other}" cannot both be files`);
    }
  }
}

async function takeZeroes(reader: ByteReader, length: number): Promise<void> {
  const bytes = await reader.take(length);
  if (bytes.some((byte) => byte !== 0)) throw new FleetError('archive: padding that is not zero');
}
