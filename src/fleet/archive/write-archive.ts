import { encodeTarHeader, paddingAfter, tarBlock } from './tar-header.js';

/**
 * The files as one tar archive, in the order given. Deterministic: the same files give the same bytes.
 * @throws FleetError when a path cannot be.
 */
export function writeArchive(files: Iterable<readonly [path: string, bytes: Uint8Array]>): Buffer {
  const parts: Uint8Array[] = [];
  for (const [path, bytes] of files) {
    parts.push(encodeTarHeader(path, bytes.length), bytes, Buffer.alloc(paddingAfter(bytes.length)));
  }
  parts.push(Buffer.alloc(2 * tarBlock));
  return Buffer.concat(parts);
}
