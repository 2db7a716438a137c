import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { TargetFile } from '@tufjs/models';
import { FleetError } from '../../core/errors.js';
import { checkBundle } from '../bundle/contents.js';
import { packBundle, type PackedBundle } from '../bundle/pack.js';
import { loadBundle } from '../bundle/read.js';
import { releaseSchema, targetPath, type Release } from '../release.js';
import { consistentPath } from './layout.js';
import type { Publisher } from './publisher.js';
import { publishedRelease, type PublishedRelease } from './releases.js';

/** Who is to have it; the rest of a release follows from the bundle. */
export type ReleaseOrder = Pick<
  Release,
  'channel' | 'percent' | 'devices' | 'deviceTypes' | 'architectures' | 'minimumRuntime'
> & {
  /** By default the date of training and the beginning of the contents' hash: the same model is the same version. */
  readonly version?: string | undefined;
};

/**
 * Publishes a model for those named in the order. The same version again, with the same contents, only changes who is to
 * have it: from canary to stable, from 10 % to 50 %.
 * @throws FleetError when the bundle does not check, or that version has other contents.
 */
export async function publish(
  publisher: Publisher,
  files: ReadonlyMap<string, Uint8Array>,
  { version: wished, ...order }: ReleaseOrder,
): Promise<PublishedRelease> {
  const { contract } = checkBundle(files);
  const bundle = await packBundle(files);
  const version = wished ?? `${contract.training.finished.slice(0, 10)}-${bundle.contentHash.slice(0, 8)}`;
  return publisher.exclusively(async (state) => {
    const path = targetPath({ model: contract.name, version });
    const existing = state.targets.signed.targets[path];
    const file = existing
      ? await kept(publisher, existing, bundle)
      : await stored(publisher, path, bundle.packed);
    const custom = releaseSchema.parse({
      format: 'tagalong-release/1',
      model: contract.name,
      version,
      release: state.targets.signed.version + 1,
      unpackedBytes: bundle.unpackedBytes,
      ...order,
    } satisfies Release);
    const target = new TargetFile({ path, ...file, unrecognizedFields: { custom } });
    await publisher.advance(state, {
      targets: { ...state.targets.signed.targets, [path]: target },
      signers: await publisher.onlineSigners(state),
    });
    return publishedRelease(target);
  });
}

interface StoredFile {
  readonly length: number;
  readonly hashes: Record<string, string>;
}

async function stored({ layout, write }: Publisher, path: string, packed: Buffer): Promise<StoredFile> {
  const sha256 = createHash('sha256').update(packed).digest('hex');
  await write(join(layout.targets, consistentPath(path, sha256)), packed);
  return { length: packed.length, hashes: { sha256 } };
}

/** The file of a version that lies there already. Contents are compared unpacked: compressors differ. */
async function kept(
  { layout }: Publisher,
  { path, length, hashes }: TargetFile,
  { contentHash }: PackedBundle,
): Promise<StoredFile> {
  const file = join(layout.targets, consistentPath(path, hashes['sha256']!));
  const there = await packBundle(await loadBundle(createReadStream(file)));
  if (there.contentHash === contentHash) return { length, hashes };
  throw new FleetError(`"${path}" is published already with other contents; give another version with --as`);
}
