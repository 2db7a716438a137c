import { Metadata, Snapshot, Targets, Timestamp, type MetaFile, type TargetFile } from '@tufjs/models';
import type { SigningKey } from '../keys/signing-key.js';
import type { MetadataFolder, RepositoryState } from './metadata-folder.js';
import { issuedField } from '../issued.js';
import { expiryAfter, specVersion, type Lifetimes, type OnlineRole } from './roles.js';

/** Who signs; two while a key is being exchanged. */
export interface Signers {
  /** Absent: targets stay as they are. */
  readonly targets?: readonly SigningKey[] | undefined;
  readonly snapshot: readonly SigningKey[];
  readonly timestamp: readonly SigningKey[];
}

export type OnlineSigners = Readonly<Record<OnlineRole, readonly SigningKey[]>>;

export interface Advance {
  readonly signers: Signers;
  readonly now: Date;
  readonly lifetimes: Lifetimes;
  /** The targets from now on; absent: the same ones, signed anew when there are signers for them. */
  readonly targets?: Readonly<Record<string, TargetFile>> | undefined;
}

/**
 * Puts a new state in force: targets, the snapshot that speaks of them, and at last, by one rename, the timestamp that
 * speaks of the snapshot. Killed before that, nobody ever hears of the rest.
 */
export async function advance(
  folder: MetadataFolder,
  state: RepositoryState,
  { signers, now, lifetimes, targets }: Advance,
): Promise<RepositoryState> {
  let newTargets = state.targets;
  let targetsMeta = state.snapshot.signed.meta['targets.json']!;
  if (signers.targets) {
    newTargets = signed(
      new Targets({
        specVersion,
        version: state.targets.signed.version + 1,
        expires: expiryAfter(now, lifetimes.targets),
        targets: { ...(targets ?? state.targets.signed.targets) },
      }),
      signers.targets,
    );
    targetsMeta = await folder.write(newTargets);
  }
  const snapshot = signed(
    snapshotOf(state.snapshot.signed.version + 1, expiryAfter(now, lifetimes.snapshot), targetsMeta),
    signers.snapshot,
  );
  const timestamp = signed(
    timestampOf(state.timestamp.signed.version + 1, now, lifetimes, await folder.write(snapshot)),
    signers.timestamp,
  );
  await folder.write(timestamp);
  return { ...state, targets: newTargets, snapshot, timestamp };
}

export function snapshotOf(version: number, expires: string, targets: MetaFile): Snapshot {
  return new Snapshot({ specVersion, version, expires, meta: { 'targets.json': targets } });
}

/** It says when it was signed, too: a device whose clock begins in 1970 then knows that it cannot be earlier. */
export function timestampOf(
  version: number,
  now: Date,
  lifetimes: Lifetimes,
  snapshotMeta: MetaFile,
): Timestamp {
  return new Timestamp({
    specVersion,
    version,
    expires: expiryAfter(now, lifetimes.timestamp),
    snapshotMeta,
    unrecognizedFields: { [issuedField]: now.toISOString() },
  });
}

export function signed<T extends ConstructorParameters<typeof Metadata>[0]>(
  content: T,
  keys: readonly SigningKey[],
): Metadata<T> {
  const metadata = new Metadata(content);
  for (const key of keys) metadata.sign(key.sign);
  return metadata;
}
