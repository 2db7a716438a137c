import test from 'ava';
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { FleetError } from '../../../src/core/errors.js';
import { writeArchive } from '../../../src/fleet/archive/write-archive.js';
import { checkBundle } from '../../../src/fleet/bundle/contents.js';
import { bundleLimits } from '../../../src/fleet/bundle/limits.js';
import { packBundle } from '../../../src/fleet/bundle/pack.js';
import { loadBundle } from '../../../src/fleet/bundle/read.js';
import { bundleOf } from '../support/bundle-of.js';

const stream = (bytes: Uint8Array): Readable => Readable.from([bytes]);

test('a model folder survives being packed, and checks', async (t) => {
  const files = await bundleOf('nano-int8');
  const { packed, unpackedBytes } = await packBundle(files);
  t.true(packed.length < 0.6 * unpackedBytes, `${packed.length} of ${unpackedBytes}`);
  const read = await loadBundle(stream(packed));
  t.deepEqual([...read.keys()], [...files.keys()].sort());
  t.is(checkBundle(read).contract.name, 'nano-int8');
});

test('the same files in another order give the same bundle', async (t) => {
  const files = await bundleOf('nano-int8');
  const [a, b] = await Promise.all([packBundle(files), packBundle(new Map([...files].reverse()))]);
  t.is(a.contentHash, b.contentHash);
  t.true(a.packed.equals(b.packed));
});

test('tar reads the archive inside', async (t) => {
  const { packed } = await packBundle(new Map([['card.md', Buffer.from('# card')]]));
  const listed = execFileSync('tar', ['-t'], { input: brotliDecompressSync(packed), encoding: 'utf8' });
  t.is(listed.trim(), 'card.md');
});

for (const name of ['contract.json', 'card.md', 'LICENSE', 'provenance.json', 'golden.json', 'search.onnx']) {
  test(`a bundle without ${name} does not check`, async (t) => {
    const files = await bundleOf('nano-int8');
    files.delete(name);
    t.throws(() => checkBundle(files), { instanceOf: FleetError, message: `bundle: ${name} is missing` });
  });
}

test('a graph that is not the contract’s does not check', async (t) => {
  const files = await bundleOf('nano-int8');
  files.set('search.onnx', Buffer.from('other'));
  t.throws(() => checkBundle(files), { name: 'ModelError', message: /search\.onnx: sha256 is/ });
});

test('an unknown key in golden.json is told by its place', async (t) => {
  const files = await bundleOf('nano-int8');
  files.set('golden.json', Buffer.from('{"format":"tagalong-golden/2"}'));
  t.throws(() => checkBundle(files), { message: /golden\.json: format/ });
});

test('a bundle that inflates without end is refused at its limit', async (t) => {
  const bomb = brotliCompressSync(writeArchive([['a', Buffer.alloc(16 << 20)]]), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  });
  t.true(bomb.length < 2000, `${bomb.length}`);
  const limits = { ...bundleLimits, unpackedBytes: 1 << 20 };
  await t.throwsAsync(loadBundle(stream(bomb), limits), { message: /larger than the 1048576 bytes/ });
});

test('packed bytes beyond the limit are refused before they are unpacked', async (t) => {
  const { packed } = await packBundle(await bundleOf('nano-int8'));
  const limits = { ...bundleLimits, packedBytes: 1000 };
  await t.throwsAsync(loadBundle(stream(packed), limits), { message: /1000 packed bytes/ });
});

test('damage anywhere in the compressed stream is refused', async (t) => {
  const { packed } = await packBundle(await bundleOf('nano-int8'));
  await t.throwsAsync(loadBundle(stream(packed.subarray(0, packed.length >> 1))), { instanceOf: FleetError });
  await t.throwsAsync(loadBundle(stream(Buffer.from('no brotli at all'))), { instanceOf: FleetError });
});

test('a stream that fails is told as what it is', async (t) => {
  const failing = new Readable({
    read() {
      this.destroy(Object.assign(new Error('disk is gone'), { code: 'EIO' }));
    },
  });
  await t.throwsAsync(loadBundle(failing), { message: 'bundle: cannot be read: disk is gone' });
});
