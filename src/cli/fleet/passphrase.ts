import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError } from '../../core/errors.js';
import type { Passphrases } from '../../fleet/keys/key-store.js';

export interface PassphraseOptions {
  /** File whose first line is the passphrase of the online keys, and of root's where that has none of its own. */
  readonly passphraseFile?: string | undefined;
  readonly rootPassphraseFile?: string | undefined;
  /** Asked for twice where somebody types it: keys are being made. */
  readonly making?: boolean;
}

const variable = 'TAGALONG_FLEET_PASSPHRASE';
const rootVariable = 'TAGALONG_FLEET_ROOT_PASSPHRASE';
const shortest = 8;

/**
 * Passphrases from a file, the environment, or the terminal, in this order; each is asked for once.
 * @throws UsageError, when asked, where there is none of these.
 */
export function passphrases(options: PassphraseOptions): Passphrases {
  const known = new Map<boolean, Promise<string>>();
  return (name) => {
    const ofRoot = name.startsWith('root');
    let found = known.get(ofRoot);
    if (!found) known.set(ofRoot, (found = ofRoot ? rootPassphrase(options) : onlinePassphrase(options)));
    return found;
  };
}

async function onlinePassphrase({ passphraseFile, making }: PassphraseOptions): Promise<string> {
  const given = await givenPassphrase('--passphrase-file', passphraseFile, variable);
  return checkLength(given ?? (await typed('Passphrase of the online keys', making)), making);
}

async function rootPassphrase(options: PassphraseOptions): Promise<string> {
  const { rootPassphraseFile, passphraseFile, making } = options;
  const given =
    (await givenPassphrase('--root-passphrase-file', rootPassphraseFile, rootVariable)) ??
    (process.stdin.isTTY ? null : await givenPassphrase('--passphrase-file', passphraseFile, variable));
  return checkLength(given ?? (await typed('Passphrase of the root keys', making)), making);
}

async function givenPassphrase(
  option: string,
  file: string | undefined,
  name: string,
): Promise<string | null> {
  if (file === undefined) return process.env[name] ?? null;
  try {
    return (await readFile(file, 'utf8')).split('\n')[0]!.replace(/\r$/, '');
  } catch (cause) {
    throw new UsageError(`${option} "${file}": cannot be read`, { cause });
  }
}

function checkLength(passphrase: string, making = false): string {
  if (!making || passphrase.length >= shortest) return passphrase;
  throw new UsageError(`passphrase: must have ${shortest} characters or more`);
}

async function typed(prompt: string, twice = false): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`${prompt}: nobody is there to type it; give --passphrase-file, or ${variable}`);
  }
  const first = await readHidden(`${prompt}: `);
  if (twice && (await readHidden('Once more: ')) !== first) {
    throw new UsageError('passphrase: the two are not the same');
  }
  return first;
}

/** A line from the terminal that does not show. */
async function readHidden(prompt: string): Promise<string> {
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  // not before the terminal has stopped showing what is typed: somebody may be quick
  process.stderr.write(prompt);
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => {
        reject(new UsageError('passphrase: none was typed'));
      });
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
