import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Parameters } from '../../../src/training/network/parameters.js';
import {
  decodeTensorFile,
  encodeTensorFile,
  readTensorFile,
} from '../../../src/training/network/tensor-file.js';

const tensors: Parameters = new Map([
  ['a.filter', { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, Number.NaN, Infinity) }],
  ['scalar', { shape: [], data: Float32Array.of(7) }],
  ['empty', { shape: [0], data: new Float32Array(0) }],
  ['view', { shape: [2], data: Float32Array.of(9, 8, 7, 6).subarray(1, 3) }],
]);
const metadata = { step: '12', digest: 'abc' };

test('what is written is read back, bit for bit and in order', (t) => {
  const back = decodeTensorFile(Buffer.from(encodeTensorFile({ tensors, metadata })));
  t.deepEqual([...back.tensors.keys()], [...tensors.keys()]);
  t.deepEqual(back.tensors, tensors);
  t.deepEqual(back.metadata, metadata);
});

test('the file is safetensors: length, JSON header padded to 8 bytes, little-endian data', (t) => {
  const file = Buffer.from(encodeTensorFile({ tensors, metadata }));
  const length = Number(file.readBigUInt64LE(0));
  t.is(length % 8, 0);
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  t.deepEqual(header['view'], { dtype: 'F32', shape: [2], data_offsets: [28, 36] });
  t.deepEqual(header['__metadata__'], metadata);
  t.is(file.readFloatLE(8 + length + 8), 3.5);
  t.is(file.length, 8 + length + 36);
});

test('a torn, foreign, inconsistent or missing file is refused by name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-tensors-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const whole = Buffer.from(encodeTensorFile({ tensors, metadata }));
  const path = join(folder, 'some.safetensors');
  const refused = async (file: Buffer, what: string): Promise<void> => {
    await writeFile(path, file);
    t.throws(() => readTensorFile(path), { name: 'TrainingError', message: /some\.safetensors: not/ }, what);
  };
  for (const length of [0, 4, 20, whole.length - 40, whole.length - 1])
    await refused(whole.subarray(0, length), `${length} bytes`);
  await refused(Buffer.alloc(200, 0xff), 'no safetensors');
  const header = (from: string, to: string): Buffer =>
    Buffer.from(whole.toString('latin1').replace(from, to), 'latin1');
  await refused(header('"shape":[2,3]', '"shape":[2,4]'), 'a shape that is not the data’s');
  await refused(header('"F32"', '"F16"'), 'another type');
  t.throws(() => readTensorFile(join(folder, 'nowhere')), { name: 'TrainingError', message: /nowhere/ });
});
