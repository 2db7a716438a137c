import { FleetError } from '../../core/errors.js';
import { writeAtomic, type WriteFile } from '../files/atomic-write.js';
import { withLock } from '../files/folder-lock.js';
import { KeyStore, type Passphrases } from '../keys/key-store.js';
import type { SealingCost } from '../keys/sealed-key.js';
import type { SigningKey } from '../keys/signing-key.js';
import { advance, type Advance, type OnlineSigners } from './advance.js';
import { fleetLayout, type FleetLayout } from './layout.js';
import { MetadataFolder, type RepositoryState } from './metadata-folder.js';
import { defaultLifetimes, type Lifetimes, type OnlineRole } from './roles.js';

export interface PublisherOptions {
  readonly passphrase: Passphrases;
  /** Where the root keys are, such as a stick; by default where `init` made them. */
  readonly rootKeys?: string | undefined;
  readonly lifetimes?: Partial<Lifetimes> | undefined;
  /** What time it is: signatures expire. */
  readonly now?: () => Date;
  readonly sealingCost?: SealingCost | undefined;
  /** How files are written. */
  readonly write?: WriteFile;
}

/** The operator's side of a fleet's folder: its metadata, its keys. */
export class Publisher {
  readonly dir: string;
  readonly layout: FleetLayout;
  readonly folder: MetadataFolder;
  readonly keys: KeyStore;
  readonly rootKeys: KeyStore;
  readonly rootKeysDir: string;
  readonly lifetimes: Lifetimes;
  readonly now: () => Date;
  readonly write: WriteFile;

  constructor(
    dir: string,
    {
      passphrase,
      rootKeys,
      lifetimes,
      now = () => new Date(),
      sealingCost,
      write = writeAtomic,
    }: PublisherOptions,
  ) {
    this.dir = dir;
    this.layout = fleetLayout(dir);
    this.folder = new MetadataFolder(this.layout.metadata, write);
    this.rootKeysDir = rootKeys ?? this.layout.rootKeys;
    this.keys = new KeyStore(this.layout.keys, { passphrase, cost: sealingCost, write });
    this.rootKeys = new KeyStore(this.rootKeysDir, { passphrase, cost: sealingCost, write });
    this.lifetimes = { ...defaultLifetimes, ...lifetimes };
    this.now = now;
    this.write = write;
  }

  /** Reads the state in force and works on it, alone. */
  async exclusively<T>(work: (state: RepositoryState) => Promise<T>): Promise<T> {
    await this.folder.readState(); // before the lock: a folder that is none is told as such
    return withLock(this.dir, async () => work(await this.folder.readState()));
  }

  /** Puts a new state in force, by this publisher's clock and lifetimes. */
  advance(state: RepositoryState, change: Pick<Advance, 'signers' | 'targets'>): Promise<RepositoryState> {
    return advance(this.folder, state, { ...change, now: this.now(), lifetimes: this.lifetimes });
  }

  /** The keys of all online roles. */
  async onlineSigners(state: RepositoryState): Promise<OnlineSigners> {
    return {
      targets: [await this.signer(state, 'targets')],
      snapshot: [await this.signer(state, 'snapshot')],
      timestamp: [await this.signer(state, 'timestamp')],
    };
  }

  /** @throws FleetError when the key at hand is not the one that root names for the role. */
  signer({ root }: RepositoryState, role: OnlineRole): Promise<SigningKey> {
    return this.keys.open(role, root.signed.roles[role]!.keyIDs);
  }

  /**
   * As many root keys as it takes to sign for root.
   * @param except not these, by their ids: they are lost, or not trusted any more.
   */
  async rootSigners({ root }: RepositoryState, except: readonly string[] = []): Promise<SigningKey[]> {
    const { keyIDs, threshold } = root.signed.roles['root']!;
    const wanted = keyIDs.filter((id) => !except.includes(id));
    const signers: SigningKey[] = [];
    for (let number = 1; number <= mostRootKeys && signers.length < threshold; number++) {
      const name = `root-${number}`;
      const ids = (await this.rootKeys.has(name)).filter((id) => wanted.includes(id));
      if (ids.length > 0) signers.push(await this.rootKeys.open(name, ids));
    }
    if (signers.length >= threshold) return signers;
    throw new FleetError(
      `root keys: ${signers.length} of the ${threshold} it takes are in ${this.rootKeysDir}; bring the others there, or name their folder with --root-keys`,
    );
  }
}

export const mostRootKeys = 9;
