import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MetaFile,
  Metadata,
  MetadataKind,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { FleetError } from '../../core/errors.js';
import type { WriteFile } from '../files/atomic-write.js';

type Signed = Root | Timestamp | Snapshot | Targets;

/** The metadata that are in force: each verified against those above it. */
export interface RepositoryState {
  readonly root: Metadata<Root>;
  readonly timestamp: Metadata<Timestamp>;
  readonly snapshot: Metadata<Snapshot>;
  readonly targets: Metadata<Targets>;
}

/** The folder `metadata` of a repository. What `timestamp.json` leads to is in force; files beyond it were never told to anybody. */
export class MetadataFolder {
  readonly #dir: string;
  readonly #write: WriteFile;

  constructor(dir: string, write: WriteFile) {
    this.#dir = dir;
    this.#write = write;
  }

  /** @throws FleetError when something is missing, damaged, or not signed by those who may. Expiry is no error here. */
  async readState(): Promise<RepositoryState> {
    const version = Math.max(0, ...(await this.rootVersions()));
    if (version === 0) throw new FleetError(`repository: ${this.#dir} holds no root.json`);
    const root = Metadata.fromJSON(MetadataKind.Root, await this.#readJson(`${version}.root.json`));
    this.#verify(root, 'root', root);
    const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, await this.#readJson('timestamp.json'));
    this.#verify(root, 'timestamp', timestamp);
    const { snapshotMeta } = timestamp.signed;
    const snapshotName = `${snapshotMeta.version}.snapshot.json`;
    const snapshot = Metadata.fromJSON(
      MetadataKind.Snapshot,
      await this.#readJson(snapshotName, snapshotMeta),
    );
    this.#verify(root, 'snapshot', snapshot);
    const targetsMeta = snapshot.signed.meta['targets.json'];
    if (!targetsMeta) throw new FleetError(`repository: ${snapshotName} does not speak of targets.json`);
    const targetsName = `${targetsMeta.version}.targets.json`;
    const targets = Metadata.fromJSON(MetadataKind.Targets, await this.#readJson(targetsName, targetsMeta));
    this.#verify(root, 'targets', targets);
    return { root, timestamp, snapshot, targets };
  }

  /** Ascending. */
  async rootVersions(): Promise<number[]> {
    const names = await readdir(this.#dir).catch(() => []);
    return names
      .flatMap((name) => /^(\d+)\.root\.json$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Writes `<version>.<role>.json`, timestamp without its version. @returns what the role above is to say of it. */
  async write(metadata: Metadata<Signed>): Promise<MetaFile> {
    const { type, version } = metadata.signed;
    const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
    const name = type === MetadataKind.Timestamp ? 'timestamp.json' : `${version}.${type}.json`;
    await this.#write(join(this.#dir, name), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return new MetaFile({ version, length: bytes.length, hashes: { sha256 } });
  }

  async #readJson(name: string, meta?: MetaFile): Promise<JsonObject> {
    const path = join(this.#dir, name);
    try {
      const bytes = await readFile(path);
      meta?.verify(bytes);
      return JSON.parse(bytes.toString('utf8')) as JsonObject;
    } catch (cause) {
      const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
      throw new FleetError(`repository: ${path} is ${missing ? 'missing' : 'damaged'}`, { cause });
    }
  }

  #verify(root: Metadata<Root>, role: string, metadata: Metadata<Signed>): void {
    try {
      root.verifyDelegate(role, metadata);
    } catch (cause) {
      throw new FleetError(`repository: ${role} in ${this.#dir} is not signed by those who may`, { cause });
    }
  }
}

type JsonObject = Parameters<typeof Metadata.fromJSON>[1];
