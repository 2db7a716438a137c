import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { Key, Signature } from '@tufjs/models';
import { FleetError } from '../../core/errors.js';

/** An ed25519 key that signs metadata. */
export class SigningKey {
  /** Its public half as metadata hold it. */
  readonly public: Key;
  readonly #private: KeyObject;

  /** @throws FleetError when it is no ed25519 key. */
  constructor(privateKey: KeyObject) {
    if (privateKey.asymmetricKeyType !== 'ed25519') {
      throw new FleetError(`key: is ${privateKey.asymmetricKeyType ?? 'no key pair'}, and must be ed25519`);
    }
    this.#private = privateKey;
    this.public = publicKeyOf(rawPublicKey(createPublicKey(privateKey)));
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** @param der PKCS #8, as `export` gives it. @throws FleetError */
  static import(der: Buffer): SigningKey {
    let key: KeyObject;
    try {
      key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    } catch (cause) {
      throw new FleetError('key: not a private key (PKCS #8)', { cause });
    }
    return new SigningKey(key);
  }

  get id(): string {
    return this.public.keyID;
  }

  /** For signatures that are not metadata's. */
  get privateKey(): KeyObject {
    return this.#private;
  }

  /** For `Metadata.sign`. */
  readonly sign = (bytes: Buffer): Signature =>
    new Signature({ keyID: this.id, sig: sign(null, bytes, this.#private).toString('hex') });

  /** In the clear: only to be sealed. */
  export(): Buffer {
    return this.#private.export({ format: 'der', type: 'pkcs8' });
  }
}

/** A public key by its 32 bytes, hex. Its id is the hash of its canonical JSON, as the specification has it. */
export function publicKeyOf(hex: string): Key {
  const canonical = `{"keytype":"ed25519","keyval":{"public":"${hex}"},"scheme":"ed25519"}`;
  return new Key({
    keyID: createHash('sha256').update(canonical).digest('hex'),
    keyType: 'ed25519',
    scheme: 'ed25519',
    keyVal: { public: hex },
  });
}

function rawPublicKey(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url').toString('hex');
}
