import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { modelBundle } from '../../../src/cli/fleet/model-bundle.js';
import { checkBundle } from '../../../src/fleet/bundle/contents.js';
import { temporaryFolder } from '../../fleet/support/test-fleet.js';

test('a quantized model goes out without its form for accelerators, and with word of its data', async (t) => {
  const files = await modelBundle('models/nano-int8');
  t.deepEqual([...files.keys()].sort(), [
    ...['LICENSE', 'card.md', 'contract.json', 'golden.json', 'provenance.json'],
    ...['quantization.json', 'search.onnx', 'template.onnx'],
  ]);
  const { provenance } = checkBundle(files);
  t.is(provenance.dataManifest, null);
  t.regex(provenance.data!, /^\d+ videos, [\d,]+ images, [\d,]+ frames \(card of nano\)$/);
});

test('the form for accelerators is a model that goes out by itself', async (t) => {
  const { contract, provenance } = checkBundle(await modelBundle('models/nano-int8/trt'));
  t.is(contract.name, 'nano-int8-trt');
  t.is(contract.precision, 'int8-trt');
  t.regex(provenance.data!, /^\d+ videos, .* \(card of nano\)$/);
});

test('of the data only what is written down is told', async (t) => {
  const dir = join(await temporaryFolder(t), 'model');
  await cp('models/nano', dir, { recursive: true });
  const card = await readFile(join(dir, 'card.md'), 'utf8');
  await writeFile(join(dir, 'notes.txt'), 'carried along');
  const licence = 'LICENSE';
  const own = await modelBundle(dir, { licence });
  t.regex(checkBundle(own).provenance.data!, /^\d+ videos, [\d,]+ images, [\d,]+ frames$/);
  t.true(own.has('notes.txt'));
  const manifest = join(dir, '..', 'data.json');
  await writeFile(manifest, 'what it was trained on');
  await writeFile(join(dir, 'card.md'), card.replace(/^\| unlabelled data .*\n/m, ''));
  const { provenance } = checkBundle(await modelBundle(dir, { licence, dataManifest: manifest }));
  t.is(provenance.data, null);
  t.like(provenance.dataManifest, { file: 'data.json' });
  t.is(provenance.commit, null); // in no repository
  await rm(join(dir, 'card.md'));
  await t.throwsAsync(modelBundle(dir, { licence }), { message: /has no card\.md/ });
});
