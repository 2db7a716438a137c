import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { FleetError } from '../../core/errors.js';
import type { WriteFile } from '../files/atomic-write.js';
import { openKey, sealedKeySchema, sealKey, type SealedKey, type SealingCost } from './sealed-key.js';
import type { SigningKey } from './signing-key.js';

/** Asked for when a key is to be opened or made. */
export type Passphrases = (name: string) => Promise<string>;

export interface KeyStoreOptions {
  readonly passphrase: Passphrases;
  readonly cost?: SealingCost | undefined;
  readonly write: WriteFile;
}

/** A folder of key files, one a key, readable by their owner only. */
export class KeyStore {
  readonly #dir: string;
  readonly #passphrase: Passphrases;
  readonly #cost: SealingCost | undefined;
  readonly #writeFile: WriteFile;

  constructor(dir: string, { passphrase, cost, write }: KeyStoreOptions) {
    this.#dir = dir;
    this.#passphrase = passphrase;
    this.#cost = cost;
    this.#writeFile = write;
  }

  async save(name: string, key: SigningKey): Promise<void> {
    await this.#write(this.#path(name), name, key);
  }

  /**
   * Keeps a key beside the one that it will follow: nothing trusts it yet. `open` finds it by its id, and puts it in
   * the other's place.
   */
  async saveNext(name: string, key: SigningKey): Promise<void> {
    await this.#write(this.#nextPath(name), name, key);
  }

  /**
   * The key of this name that has one of these ids.
   * @throws FleetError when it is not there, is another one, or the passphrase is wrong.
   */
  async open(name: string, ids: readonly string[]): Promise<SigningKey> {
    const file = await this.#read(this.#path(name));
    if (file && ids.includes(file.keyId)) return openKey(file, await this.#passphrase(name));
    const next = await this.#read(this.#nextPath(name));
    if (next && ids.includes(next.keyId)) {
      const key = await openKey(next, await this.#passphrase(name));
      await rename(this.#nextPath(name), this.#path(name));
      return key;
    }
    throw new FleetError(
      file
        ? `key "${name}": ${this.#path(name)} is not the one that the repository trusts`
        : `key "${name}": ${this.#path(name)} does not exist`,
    );
  }

  /** The ids of the keys at hand under this name. */
  async has(name: string): Promise<string[]> {
    const files = [await this.#read(this.#path(name)), await this.#read(this.#nextPath(name))];
    return files.flatMap((file) => (file ? [file.keyId] : []));
  }

  async #write(path: string, name: string, key: SigningKey): Promise<void> {
    const file = await sealKey(key, name, await this.#passphrase(name), this.#cost);
    await this.#writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  }

  async #read(path: string): Promise<SealedKey | null> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new FleetError(`key file ${path}: cannot be read`, { cause });
    }
    try {
      return sealedKeySchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new FleetError(`key file ${path}: not a key file of tagalong`, { cause });
    }
  }

  #path(name: string): string {
    return join(this.#dir, `${name}.key.json`);
  }

  #nextPath(name: string): string {
    return join(this.#dir, `${name}.next.key.json`);
  }
}
