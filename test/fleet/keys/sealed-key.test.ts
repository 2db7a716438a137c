import { verify } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeAtomic } from '../../../src/fleet/files/atomic-write.js';
import { KeyStore } from '../../../src/fleet/keys/key-store.js';
import { openKey, sealedKeySchema, sealingCost, sealKey } from '../../../src/fleet/keys/sealed-key.js';
import { publicKeyOf, SigningKey } from '../../../src/fleet/keys/signing-key.js';
import { cheapSealing, temporaryFolder } from '../support/test-fleet.js';

const seal = (key: SigningKey) => sealKey(key, 'targets', 'correct horse', cheapSealing);

test('a sealed key opens with its passphrase, and signs as before', async (t) => {
  const key = SigningKey.generate();
  const opened = await openKey(await seal(key), 'correct horse');
  t.is(opened.id, key.id);
  const bytes = Buffer.from('metadata');
  t.true(verify(null, bytes, key.privateKey, Buffer.from(opened.sign(bytes).sig, 'hex')));
});

test('the file holds nothing of the private key, in whatever writing', async (t) => {
  const key = SigningKey.generate();
  const text = JSON.stringify(await seal(key));
  const secret = key.export().subarray(-32); // PKCS #8 of ed25519 ends with it
  for (const writing of ['hex', 'base64', 'base64url'] as const) {
    t.false(text.includes(secret.toString(writing).slice(0, 40)), writing);
  }
});

test('the same key sealed twice gives two files', async (t) => {
  const key = SigningKey.generate();
  const [one, two] = [await seal(key), await seal(key)];
  t.not(one.sealed, two.sealed);
  t.not(one.scrypt.salt, two.scrypt.salt);
  t.not(one.aes256gcm.nonce, two.aes256gcm.nonce);
});

test('another passphrase opens nothing; the same letters in another encoding do', async (t) => {
  const key = SigningKey.generate();
  const message = 'key "targets": wrong passphrase, or the file was changed';
  const error = { name: 'FleetError', message };
  await t.throwsAsync(openKey(await seal(key), 'correct horses'), error);
  await t.throwsAsync(openKey(await seal(key), ''), error);
  const sealed = await sealKey(key, 'targets', 'Schl\u00fcssel', cheapSealing);
  t.is((await openKey(sealed, 'Schlu\u0308ssel')).id, key.id);
});

test('whatever is changed in a file, it does not open', async (t) => {
  const file = await seal(SigningKey.generate());
  const other = await seal(SigningKey.generate());
  const flipped = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[0]! ^= 1;
    return bytes.toString('base64');
  };
  for (const [what, changed] of [
    ['sealed', { ...file, sealed: flipped(file.sealed) }],
    ['tag', { ...file, aes256gcm: { ...file.aes256gcm, tag: flipped(file.aes256gcm.tag) } }],
    ['nonce', { ...file, aes256gcm: { ...file.aes256gcm, nonce: flipped(file.aes256gcm.nonce) } }],
    ['shorter tag', { ...file, aes256gcm: { ...file.aes256gcm, tag: file.aes256gcm.tag.slice(0, 8) } }],
    ['salt', { ...file, scrypt: { ...file.scrypt, salt: flipped(file.scrypt.salt) } }],
    ['cost', { ...file, scrypt: { ...file.scrypt, N: 2048 } }],
    ['name', { ...file, name: 'root-1' }],
    ['id', { ...file, keyId: other.keyId }],
  ] as const) {
    await t.throwsAsync(openKey(changed, 'correct horse'), { name: 'FleetError' }, what);
  }
});

test('a file cannot ask for gigabytes, nor for a cost of nothing', async (t) => {
  const file = await seal(SigningKey.generate());
  for (const cost of [{ N: 1 << 19 }, { N: 2 }, { r: 64 }, { p: 100 }]) {
    const asked = { ...file, scrypt: { ...file.scrypt, ...cost } };
    t.false(sealedKeySchema.safeParse(asked).success, JSON.stringify(cost));
  }
  t.true(sealedKeySchema.safeParse({ ...file, scrypt: { ...file.scrypt, ...sealingCost } }).success);
});

test('key files are for their owner alone; a damaged one is named; one that nobody trusts is not opened', async (t) => {
  const dir = await temporaryFolder(t);
  const passphrase = () => Promise.resolve('correct horse');
  const store = new KeyStore(dir, { passphrase, cost: cheapSealing, write: writeAtomic });
  const key = SigningKey.generate();
  await store.save('snapshot', key);
  const path = join(dir, 'snapshot.key.json');
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is((await store.open('snapshot', [key.id])).id, key.id);
  await t.throwsAsync(store.open('snapshot', ['0'.repeat(64)]), {
    message: /is not the one that the repository trusts/,
  });
  await t.throwsAsync(store.open('targets', [key.id]), { message: /does not exist/ });
  await writeFile(path, (await readFile(path, 'utf8')).slice(0, 100));
  await t.throwsAsync(store.open('snapshot', [key.id]), {
    message: /snapshot\.key\.json: not a key file of tagalong/,
  });
});

test('the id of a key is the hash of its canonical JSON', (t) => {
  // by hand: printf '{"keytype":"ed25519","keyval":{"public":"%064d"},"scheme":"ed25519"}' 0 | sha256sum
  t.is(publicKeyOf('0'.repeat(64)).keyID, '7f7373360bc914a5d4a7bd87711615178beb6cf52494fcc49082ec65ba62908c');
});
