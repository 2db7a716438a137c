import { UsageError } from '../../core/errors.js';
import { SigningKey } from '../keys/signing-key.js';
import { signed } from './advance.js';
import type { RepositoryState } from './metadata-folder.js';
import type { Publisher } from './publisher.js';
import { nextRoot } from './refresh.js';
import { onlineRoles, type OnlineRole } from './roles.js';

export interface RotatedKey {
  readonly name: string;
  readonly oldId: string;
  readonly newId: string;
  readonly rootVersion: number;
}

/**
 * Puts a new key in the place of one: `targets`, `snapshot`, `timestamp`, or `root-<n>`. Root's keys sign that the old
 * one counts no more. Killed at any point, the repository stays one that devices accept.
 */
export async function rotateKey(publisher: Publisher, name: string): Promise<RotatedKey> {
  const role = onlineRoles.find((online) => online === name);
  if (role) return publisher.exclusively((state) => rotateOnline(publisher, state, role));
  const number = /^root-([1-9])$/.exec(name)?.[1];
  if (number === undefined) {
    throw new UsageError(`rotate-key "${name}": must be ${onlineRoles.join(', ')}, or root-1 and so on`);
  }
  return publisher.exclusively((state) => rotateRoot(publisher, state, Number(number)));
}

async function rotateOnline(
  publisher: Publisher,
  state: RepositoryState,
  role: OnlineRole,
): Promise<RotatedKey> {
  const { folder, keys } = publisher;
  const [oldId] = state.root.signed.roles[role]!.keyIDs;
  const rootSigners = await publisher.rootSigners(state);
  const signers = await publisher.onlineSigners(state);
  const key = SigningKey.generate();
  await keys.saveNext(role, key);
  // 1. signed by both, everything is good under the old root and under the new one
  const both = { ...signers, [role]: [...signers[role], key] };
  const between = await publisher.advance(state, { signers: both });
  // 2. the new root
  const root = nextRoot(publisher, state);
  root.roles[role]!.keyIDs.splice(0, Infinity, key.id);
  root.keys[key.id] = key.public;
  dropUnusedKeys(root);
  const metadata = signed(root, rootSigners);
  await folder.write(metadata);
  // 3. signed by the new one alone
  const after = { ...between, root: metadata };
  const alone = { ...signers, [role]: [await publisher.signer(after, role)] };
  await publisher.advance(after, { signers: alone });
  return { name: role, oldId: oldId!, newId: key.id, rootVersion: root.version };
}

async function rotateRoot(publisher: Publisher, state: RepositoryState, number: number): Promise<RotatedKey> {
  const name = `root-${number}`;
  const role = state.root.signed.roles['root']!;
  const oldId = role.keyIDs[number - 1];
  if (oldId === undefined) {
    throw new UsageError(`rotate-key "${name}": root has ${role.keyIDs.length} keys`);
  }
  const others = await publisher.rootSigners(state, [oldId]).catch(() => publisher.rootSigners(state));
  const key = SigningKey.generate();
  await publisher.rootKeys.saveNext(name, key);
  const root = nextRoot(publisher, state);
  root.roles['root']!.keyIDs[number - 1] = key.id;
  root.keys[key.id] = key.public;
  dropUnusedKeys(root);
  // the old root's keys say that it may be replaced, the new one's that they stand for it
  const metadata = signed(root, [...others, key]);
  await publisher.folder.write(metadata);
  await publisher.rootKeys.open(name, [key.id]); // puts it in the old one's place
  return { name, oldId, newId: key.id, rootVersion: root.version };
}

function dropUnusedKeys(root: ReturnType<typeof nextRoot>): void {
  const used = new Set(Object.values(root.roles).flatMap(({ keyIDs }) => keyIDs));
  for (const id of Object.keys(root.keys)) {
    if (!used.has(id)) Reflect.deleteProperty(root.keys, id);
  }
}
