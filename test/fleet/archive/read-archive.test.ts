import test from 'ava';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetError } from '../../../src/core/errors.js';
import { readArchive } from '../../../src/fleet/archive/read-archive.js';
import { encodeTarHeader } from '../../../src/fleet/archive/tar-header.js';
import { writeArchive } from '../../../src/fleet/archive/write-archive.js';

const limits = { bytes: 1 << 20, files: 4 };

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    await Promise.resolve();
    yield bytes.subarray(start, start + size);
  }
}

async function read(bytes: Uint8Array, size = 1000): Promise<[string, string][]> {
  const files: [string, string][] = [];
  for await (const { path, body } of readArchive(inPieces(bytes, size), limits)) {
    const parts: Uint8Array[] = [];
    for await (const part of body) parts.push(part);
    files.push([path, Buffer.concat(parts).toString()]);
  }
  return files;
}

const text = (value: string): Uint8Array => Buffer.from(value);

for (const size of [1, 7, 511, 512, 100_000]) {
  test(`what was written is read again, in pieces of ${size} bytes`, async (t) => {
    const files: [string, string][] = [
      ['a.txt', 'x'.repeat(512)],
      ['empty', ''],
      ['b/c/d', 'y'.repeat(513)],
    ];
    t.deepEqual(await read(writeArchive(files.map(([path, body]) => [path, text(body)])), size), files);
  });
}

test('tar reads it, long paths too', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-archive-'));
  t.teardown(() => rm(dir, { recursive: true }));
  const long = `targets/nano/${'a'.repeat(64)}.2026-11-22-3fa2b1c0.tar.br`;
  await writeFile(
    join(dir, 'x.tar'),
    writeArchive([
      ['one', text('1')],
      [long, text('2')],
    ]),
  );
  const list = execFileSync('tar', ['-tf', join(dir, 'x.tar')], { encoding: 'utf8' });
  t.deepEqual(list.trim().split('\n'), ['one', long]);
  t.is(execFileSync('tar', ['-xOf', join(dir, 'x.tar'), long], { encoding: 'utf8' }), '2');
});

test('contents that nobody reads are passed over', async (t) => {
  const paths: string[] = [];
  const bytes = writeArchive([
    ['a', text('1'.repeat(5000))],
    ['b', text('2')],
  ]);
  for await (const { path } of readArchive(inPieces(bytes, 300), limits)) paths.push(path);
  t.deepEqual(paths, ['a', 'b']);
});

for (const path of [
  '../x',
  '/etc/passwd',
  'a/../b',
  '.hidden',
  'a//b',
  'a/b/c/d',
  'a\\b',
  '-rf',
  'a\nb',
  '',
  'é',
  'x'.repeat(101),
]) {
  test(`the path ${JSON.stringify(path.slice(0, 20))} is neither written nor read`, async (t) => {
    t.throws(() => writeArchive([[path, text('x')]]), { instanceOf: FleetError });
    const header = withName(encodeTarHeader('name', 0), path);
    await t.throwsAsync(read(Buffer.concat([header, Buffer.alloc(1024)])), { instanceOf: FleetError });
  });
}

/** A header as another tar would write it for this path, its checksum right. */
function withName(header: Buffer, path: string): Buffer {
  header.fill(0, 0, 100).write(path, 0, 'utf8');
  return withChecksum(header);
}

function withChecksum(header: Buffer): Buffer {
  header.write(' '.repeat(8), 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

for (const [name, flag] of Object.entries({
  'hard link': '1',
  'symbolic link': '2',
  device: '3',
  folder: '5',
  pipe: '6',
  'extended header': 'x',
  'long name': 'L',
})) {
  test(`a ${name} is refused`, async (t) => {
    const header = encodeTarHeader('name', 0);
    header.write(flag, 156);
    header.write('/etc/passwd', 157);
    const bytes = Buffer.concat([withChecksum(header), Buffer.alloc(1024)]);
    await t.throwsAsync(read(bytes), { instanceOf: FleetError, message: /"name" is not a plain file/ });
  });
}

test('a program that may be executed as its owner is refused', async (t) => {
  const header = encodeTarHeader('name', 0);
  header.write('0004755\0', 100);
  await t.throwsAsync(read(Buffer.concat([withChecksum(header), Buffer.alloc(1024)])), {
    message: /not a plain file/,
  });
});

test('the same file twice, and a file that is a folder too, are refused, whatever their case', async (t) => {
  for (const [a, b] of [
    ['a', 'A'],
    ['a', 'a/b'],
    ['x/Y/z', 'X/y'],
  ] as const) {
    const bytes = writeArchive([
      [a, text('1')],
      [b, text('2')],
    ]);
    await t.throwsAsync(read(bytes), { message: /cannot both be files/ });
  }
});

test('an archive that is cut anywhere is refused', async (t) => {
  const bytes = writeArchive([['a', text('1'.repeat(600))]]);
  for (let length = 0; length < bytes.length; length += 100) {
    await t.throwsAsync(read(bytes.subarray(0, length)), { instanceOf: FleetError }, `${length}`);
  }
});

test('more files, more bytes, and anything after the end are refused', async (t) => {
  const many = ['a', 'b', 'c', 'd', 'e'].map((path) => [path, text('')] as const);
  await t.throwsAsync(read(writeArchive(many)), { message: /more than the 4 files/ });
  await t.throwsAsync(read(writeArchive([['a', Buffer.alloc(2 << 20)]])), { message: /larger than/ });
  const tail = Buffer.concat([writeArchive([['a', text('1')]]), Buffer.alloc(512)]);
  await t.throwsAsync(read(tail), { message: /goes on after its end/ });
});

test('a size that is claimed and never comes takes no memory', async (t) => {
  const header = encodeTarHeader('a', 8 ** 11 - 1);
  await t.throwsAsync(read(header), { message: /ends in the middle/ });
});
