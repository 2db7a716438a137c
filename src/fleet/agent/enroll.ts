import { createPublicKey, type KeyObject } from 'node:crypto';
import { FleetError } from '../../core/errors.js';
import { makeFolderDurably, readWhole, removeTree, writeDurably } from './disk/durable.js';
import { digestOf } from './disk/digest.js';
import type { FileSystem } from './disk/file-system.js';

/**
 * Has a device trust a repository, by the root that a person brought. One that trusts another one already must be told to forget it.
 * @throws FleetError when it is no root that its own keys have signed.
 */
export async function enrollRoot(
  disk: FileSystem,
  state: string,
  root: Uint8Array,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<void> {
  await checkRoot(root);
  const trusts = (await disk.kindOf(`${state}/trust.json`)) !== null;
  const had = await readWhole(disk, `${state}/root.json`);
  if ((trusts || (had && !Buffer.from(had).equals(root))) && !anew) {
    throw new FleetError('this device trusts a repository already; --anew makes it forget that one');
  }
  await removeTree(disk, `${state}/trust.json`);
  await writeDurably(disk, state, 'root.json', root);
}

/** The root a device was enrolled with; null: none. */
export async function enrolledRoot(disk: FileSystem, state: string): Promise<Buffer | null> {
  const bytes = await readWhole(disk, `${state}/root.json`);
  return bytes && Buffer.from(bytes);
}

/** Lets the owner of a key push over the network. @throws FleetError when it is no ed25519 public key. */
export async function enrollKey(disk: FileSystem, state: string, pem: Uint8Array): Promise<void> {
  const key = parseKey(pem);
  if (!key) throw new FleetError('--push-key: must be a public ed25519 key in PEM');
  await makeFolderDurably(disk, state, 'push-keys');
  const text = key.export({ type: 'spki', format: 'pem' }).toString();
  const name = Buffer.from(key.export({ type: 'spki', format: 'der' }))
    .toString('hex')
    .slice(-32);
  await writeDurably(disk, `${state}/push-keys`, `${name}.pem`, new TextEncoder().encode(text));
}

/** The keys that may push; what is damaged is passed over. */
export async function enrolledKeys(disk: FileSystem, state: string): Promise<KeyObject[]> {
  const folder = `${state}/push-keys`;
  if ((await disk.kindOf(folder)) !== 'folder') return [];
  const keys: KeyObject[] = [];
  for (const name of await disk.list(folder)) {
    if (!name.endsWith('.pem')) continue;
    const pem = await readWhole(disk, `${folder}/${name}`);
    const key = pem && parseKey(pem);
    if (key) keys.push(key);
  }
  return keys;
}

/** Short name of what is trusted, for people to compare. */
export async function rootFingerprint(disk: FileSystem, state: string): Promise<string | null> {
  return (await digestOf(disk, `${state}/root.json`))?.sha256.slice(0, 16) ?? null;
}

function parseKey(pem: Uint8Array): KeyObject | null {
  try {
    const text = Buffer.from(pem).toString();
    if (text.includes('PRIVATE KEY')) return null; // it must not be brought to a device
    const key = createPublicKey(text);
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

async function checkRoot(bytes: Uint8Array): Promise<void> {
  const { Metadata, MetadataKind } = await import('@tufjs/models');
  try {
    const json = JSON.parse(Buffer.from(bytes).toString()) as never;
    const root = Metadata.fromJSON(MetadataKind.Root, json);
    root.verifyDelegate(MetadataKind.Root, root);
  } catch (cause) {
    throw new FleetError(`--root: is no root.json signed by its own keys (${String(cause)})`, { cause });
  }
}
