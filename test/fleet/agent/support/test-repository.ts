import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  Key,
  Metadata,
  MetaFile,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';
import { packBundle } from '../../../../src/fleet/bundle/pack.js';
import { type Release, targetPath } from '../../../../src/fleet/release.js';

const specVersion = '1.0.31';

interface TestKey {
  readonly privateKey: KeyObject;
  readonly key: Key;
}

export function makeKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const keyID = createHash('sha256').update(raw).digest('hex');
  return {
    privateKey,
    key: new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } }),
  };
}

/** A small repository, written without the publisher: what a device makes of it must not depend on who wrote it. */
export class TestRepository {
  readonly folder: string;
  readonly key = makeKey();
  version = 0;
  expires = '2030-01-01T00:00:00Z';
  issued: string | null = null;
  /** Signs the timestamp. */
  timestampKey = this.key;
  readonly #targets: Record<string, TargetFile> = {};

  constructor(folder: string) {
    this.folder = folder;
  }

  root(): Buffer {
    const root = new Root({ specVersion, version: 1, expires: this.expires, consistentSnapshot: true });
    for (const role of ['root', 'timestamp', 'snapshot', 'targets']) root.addKey(this.key.key, role);
    return this.#signed(new Metadata(root), this.key);
  }

  /** Adds a release of `nano`, its bundle made of these files. */
  async add(
    order: Partial<Release> & { readonly version: string },
    files: Readonly<Record<string, string | Uint8Array>>,
  ) {
    const contents = Object.entries(files).map(([path, it]) => [path, Buffer.from(it)] as const);
    const { packed, unpackedBytes } = await packBundle(new Map(contents));
    const release: Release = {
      format: 'tagalong-release/1',
      ...{ model: 'nano', release: Object.keys(this.#targets).length + 1, channel: 'stable', percent: 100 },
      ...{ devices: null, deviceTypes: null, architectures: null, unpackedBytes, minimumRuntime: '0.1.0' },
      ...order,
    };
    const path = targetPath(release);
    const sha256 = createHash('sha256').update(packed).digest('hex');
    const hashes = { sha256 };
    this.#targets[path] = new TargetFile({
      path,
      length: packed.length,
      hashes,
      unrecognizedFields: { custom: release },
    });
    const location = join('targets', dirname(path), `${sha256}.${release.version}.tar.br`);
    await this.#write(location, packed);
    return { sha256, location, length: packed.length };
  }

  /** Puts what was added in force. */
  async publish(): Promise<void> {
    this.version += 1;
    const { version, expires, key } = this;
    const targets = this.#signed(
      new Metadata(new Targets({ specVersion, version, expires, targets: this.#targets })),
      key,
    );
    const meta = { 'targets.json': new MetaFile({ version }) };
    const snapshot = this.#signed(new Metadata(new Snapshot({ specVersion, version, expires, meta })), key);
    const issued = this.issued === null ? {} : { 'x-tagalong-issued': this.issued };
    const snapshotMeta = new MetaFile({ version });
    const timestamp = this.#signed(
      new Metadata(
        new Timestamp({ specVersion, version, expires, snapshotMeta, unrecognizedFields: issued }),
      ),
      this.timestampKey,
    );
    await this.#write('metadata/1.root.json', this.root());
    await this.#write(`metadata/${version}.targets.json`, targets);
    await this.#write(`metadata/${version}.snapshot.json`, snapshot);
    await this.#write('metadata/timestamp.json', timestamp);
  }

  #signed(metadata: Metadata<Root | Targets | Snapshot | Timestamp>, { privateKey, key }: TestKey): Buffer {
    metadata.sign(
      (data) => new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString('hex') }),
    );
    return Buffer.from(JSON.stringify(metadata.toJSON()));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}
