import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { MemoryDisk } from '../../../src/fleet/agent/disk/memory-disk.js';
import {
  enrolledKeys,
  enrolledRoot,
  enrollKey,
  enrollRoot,
  rootFingerprint,
} from '../../../src/fleet/agent/enroll.js';
import { TestRepository } from './support/test-repository.js';

const rootOf = (): Buffer => new TestRepository('/nowhere').root();
const pem = (key: { export(options: { type: 'spki'; format: 'pem' }): string | Buffer }): Buffer =>
  Buffer.from(key.export({ type: 'spki', format: 'pem' }));

test('a device trusts the root that was brought, and names it for people to compare', async (t) => {
  const disk = new MemoryDisk();
  t.is(await enrolledRoot(disk, ''), null);
  t.is(await rootFingerprint(disk, ''), null);
  const root = rootOf();
  await enrollRoot(disk, '', root);
  t.deepEqual(await enrolledRoot(disk, ''), root);
  t.regex((await rootFingerprint(disk, ''))!, /^[0-9a-f]{16}$/);
  await t.notThrowsAsync(enrollRoot(disk, '', root)); // the same again is no other one
});

test('it goes over to another root only when it is told to forget the first, and all that was learnt by it', async (t) => {
  const disk = new MemoryDisk();
  const [first, second] = [rootOf(), rootOf()];
  await enrollRoot(disk, '', first);
  const file = await disk.create('/trust.json');
  await file.write(new TextEncoder().encode('learnt'));
  await file.close();
  const refused = { name: 'FleetError', message: /trusts a repository already; --anew/ };
  await t.throwsAsync(enrollRoot(disk, '', second), refused);
  t.deepEqual(await enrolledRoot(disk, ''), first);
  t.is(await disk.kindOf('/trust.json'), 'file');
  await enrollRoot(disk, '', second, { anew: true });
  t.deepEqual(await enrolledRoot(disk, ''), second);
  t.is(await disk.kindOf('/trust.json'), null);
});

test('what its own keys have not signed is no root', async (t) => {
  const disk = new MemoryDisk();
  const changed = rootOf().toString().replace('"version":1', '"version":2');
  for (const bytes of [changed, rootOf().toString().slice(0, 100), '{}', '']) {
    await t.throwsAsync(enrollRoot(disk, '', Buffer.from(bytes)), {
      name: 'FleetError',
      message: /^--root: is no root\.json signed by its own keys/,
    });
  }
  t.is(await enrolledRoot(disk, ''), null);
});

test('keys that may push are gathered; one brought twice is one', async (t) => {
  const disk = new MemoryDisk();
  t.deepEqual(await enrolledKeys(disk, ''), []);
  const keys = [generateKeyPairSync('ed25519').publicKey, generateKeyPairSync('ed25519').publicKey];
  for (const key of [...keys, keys[0]!]) await enrollKey(disk, '', pem(key));
  const found = await enrolledKeys(disk, '');
  t.is(found.length, 2);
  t.true(keys.every((key) => found.some((it) => it.equals(key))));
});

test('a private key, a key of another kind and no key at all are refused', async (t) => {
  const disk = new MemoryDisk();
  const { privateKey } = generateKeyPairSync('ed25519');
  const secret = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const other = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
  for (const bytes of [secret, other, Buffer.from('no key')]) {
    await t.throwsAsync(enrollKey(disk, '', bytes), {
      name: 'FleetError',
      message: '--push-key: must be a public ed25519 key in PEM',
    });
  }
  t.deepEqual(await enrolledKeys(disk, ''), []);
});
