import { bundleLimits } from '../../bundle/limits.js';
import { readBundle } from '../../bundle/read.js';
import type { FileSystem } from '../disk/file-system.js';
import type { Candidate } from '../install/installer.js';
import type { Offer } from './find-release.js';

/** A downloaded bundle as something to install. Nothing of it is larger than what was signed for. */
export function candidateOf(
  { model, version, release, unpackedBytes, target }: Offer,
  disk: FileSystem,
  path: string,
): Candidate {
  const limits = {
    packedBytes: target.length,
    unpackedBytes: Math.min(unpackedBytes, bundleLimits.unpackedBytes),
    files: bundleLimits.files,
  };
  return {
    model: { name: model, version, release, sha256: target.sha256 },
    async fill(writer) {
      for await (const entry of readBundle(disk.read(path), limits))
        await writer.write(entry.path, entry.body);
    },
  };
}
