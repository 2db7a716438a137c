import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { FleetError } from '../../core/errors.js';
import { SigningKey } from './signing-key.js';

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64');

/** A key file: the private key encrypted (AES-256-GCM) under a key derived from a passphrase (scrypt). */
export const sealedKeySchema = z.strictObject({
  format: z.literal('tagalong-key/1'),
  /** Such as `targets` or `root-1`. */
  name: z.string().regex(/^[a-z]+(-\d+)?$/),
  /** As metadata name it; hex. */
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  scrypt: z.strictObject({
    /** At most 2^18: reading a file must not take gigabytes. */
    N: z.int().min(1024).max(262_144),
    r: z.int().min(1).max(16),
    p: z.int().min(1).max(4),
    salt: base64,
  }),
  aes256gcm: z.strictObject({ nonce: base64, tag: base64 }),
  sealed: base64,
});

export type SealedKey = z.infer<typeof sealedKeySchema>;

/** What deriving a key from a passphrase costs: 64 MiB, some tenths of a second. */
export const sealingCost = { N: 65_536, r: 8, p: 1 } as const;
export type SealingCost = { readonly [Name in keyof typeof sealingCost]: number };

export async function sealKey(
  key: SigningKey,
  name: string,
  passphrase: string,
  cost: SealingCost = sealingCost,
): Promise<SealedKey> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', await derive(passphrase, salt, cost), nonce);
  cipher.setAAD(labelOf(name, key.id));
  const sealed = Buffer.concat([cipher.update(key.export()), cipher.final()]);
  return {
    format: 'tagalong-key/1',
    name,
    keyId: key.id,
    scrypt: { ...cost, salt: salt.toString('base64') },
    aes256gcm: { nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64') },
    sealed: sealed.toString('base64'),
  };
}

/** @throws FleetError for a wrong passphrase, or a file that was changed. */
export async function openKey(file: SealedKey, passphrase: string): Promise<SigningKey> {
  const { salt, ...cost } = file.scrypt;
  const secret = await derive(passphrase, Buffer.from(salt, 'base64'), cost);
  const nonce = Buffer.from(file.aes256gcm.nonce, 'base64');
  let der: Buffer;
  try {
    const cipher = createDecipheriv('aes-256-gcm', secret, nonce, { authTagLength: 16 });
    cipher.setAAD(labelOf(file.name, file.keyId));
    cipher.setAuthTag(Buffer.from(file.aes256gcm.tag, 'base64'));
    der = Buffer.concat([cipher.update(Buffer.from(file.sealed, 'base64')), cipher.final()]);
  } catch (cause) {
    throw new FleetError(`key "${file.name}": wrong passphrase, or the file was changed`, { cause });
  }
  const key = SigningKey.import(der);
  if (key.id === file.keyId) return key;
  throw new FleetError(
    `key "${file.name}": the file says ${file.keyId.slice(0, 12)}…, and holds another key`,
  );
}

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

function derive(passphrase: string, salt: Buffer, { N, r, p }: SealingCost): Promise<Buffer> {
  return deriveKey(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r });
}

/** Authenticated with the key: one file cannot be passed off as another. */
function labelOf(name: string, keyId: string): Buffer {
  return Buffer.from(`tagalong-key/1\n${name}\n${keyId}`);
}
