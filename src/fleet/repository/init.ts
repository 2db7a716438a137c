import { createPublicKey } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Root, Targets } from '@tufjs/models';
import { UsageError } from '../../core/errors.js';
import { SigningKey } from '../keys/signing-key.js';
import { signed, snapshotOf, timestampOf } from './advance.js';
import type { RepositoryState } from './metadata-folder.js';
import { mostRootKeys, type Publisher } from './publisher.js';
import { expiryAfter, onlineRoles, specVersion } from './roles.js';

export interface InitOptions {
  /** Keys of root. */
  readonly rootKeys: number;
  /** How many of them it takes. */
  readonly threshold: number;
}

/**
 * Makes the keys and an empty repository. One that was killed while it did so is begun again.
 * @throws UsageError when there is a repository, or the numbers cannot be.
 */
export async function initFleet(publisher: Publisher, options: InitOptions): Promise<RepositoryState> {
  const { layout, keys, rootKeys, folder, lifetimes } = publisher;
  checkThreshold(options);
  if (await exists(join(layout.metadata, 'timestamp.json'))) {
    throw new UsageError(`"${publisher.dir}" holds a fleet already`);
  }
  const now = publisher.now();
  const root = emptyRoot(expiryAfter(now, lifetimes.root), options.threshold);
  const rootSigners: SigningKey[] = [];
  for (let number = 1; number <= options.rootKeys; number++) {
    const key = SigningKey.generate();
    await rootKeys.save(`root-${number}`, key);
    root.addKey(key.public, 'root');
    rootSigners.push(key);
  }
  const signers = new Map<string, SigningKey[]>();
  for (const role of onlineRoles) {
    const key = SigningKey.generate();
    await keys.save(role, key);
    root.addKey(key.public, role);
    signers.set(role, [key]);
  }
  await makePushKey(publisher);
  const targets = signed(
    new Targets({ specVersion, version: 1, expires: expiryAfter(now, lifetimes.targets) }),
    signers.get('targets')!,
  );
  const snapshot = signed(
    snapshotOf(1, expiryAfter(now, lifetimes.snapshot), await folder.write(targets)),
    signers.get('snapshot')!,
  );
  const snapshotMeta = await folder.write(snapshot);
  const signedRoot = signed(root, rootSigners);
  await folder.write(signedRoot);
  const timestamp = signed(timestampOf(1, now, lifetimes, snapshotMeta), signers.get('timestamp')!);
  await folder.write(timestamp);
  return { root: signedRoot, targets, snapshot, timestamp };
}

/** The key that agents who listen for pushes are to know: it decides only who may put them to work. */
async function makePushKey({ keys, layout, write }: Publisher): Promise<void> {
  const key = SigningKey.generate();
  await keys.save('push', key);
  const pem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
  await write(layout.pushPublicKey, pem);
}

function emptyRoot(expires: string, threshold: number): Root {
  const role = (least: number): unknown => ({ keyids: [], threshold: least });
  return Root.fromJSON({
    _type: 'root',
    spec_version: specVersion,
    version: 1,
    expires,
    keys: {},
    roles: { root: role(threshold), targets: role(1), snapshot: role(1), timestamp: role(1) },
    consistent_snapshot: true,
  } as Parameters<typeof Root.fromJSON>[0]);
}

function checkThreshold({ rootKeys, threshold }: InitOptions): void {
  if (rootKeys < 1 || rootKeys > mostRootKeys) {
    throw new UsageError(`--root-key-count "${rootKeys}": must be 1 to ${mostRootKeys}`);
  }
  if (threshold < 1 || threshold > rootKeys) {
    throw new UsageError(`--threshold "${threshold}": must be 1 to the number of root keys, ${rootKeys}`);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
