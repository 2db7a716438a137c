import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { SourceError, UsageError } from '../../../../src/core/errors.js';
import { openSource } from '../../../../src/runtime/sources/open-source.js';
import { frameSourceContract } from '../../../contracts/frame-source.contract.js';
import { needing } from '../../../support/tools.js';
import { ffmpeg, temporaryFolder } from '../support/make-video.js';
import { readFrames, type SeenFrame } from '../support/read-source.js';

/** Pictures that sharp cannot write are made by ffmpeg. */
const ffmpegTest = needing(test, 'ffmpeg');

const root = temporaryFolder(test);

type Rgb = readonly [number, number, number];

async function paint(path: string, [r, g, b]: Rgb, width = 20, height = 10): Promise<void> {
  await sharp({ create: { width, height, channels: 3, background: { r, g, b } } }).toFile(path);
}

function folder(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  return path;
}

const ten = folder('ten');
const painted = (async () => {
  for (let index = 1; index <= 10; index += 1) await paint(join(ten, `img${index}.png`), [index, 0, 255]);
  writeFileSync(join(ten, 'notes.txt'), 'no image');
})();
test.before(() => painted);

frameSourceContract(test, 'image folder', {
  open: () => openSource(ten),
  openFaulty: async () => {
    const path = join(root, `faulty${Math.round(performance.now() * 1e6)}`);
    mkdirSync(path);
    await paint(join(path, '1.png'), [1, 2, 3]);
    writeFileSync(join(path, '2.png'), 'damaged');
    return openSource(path);
  },
  frameCount: 10,
});

test('images come in natural order, timed by fps, in shared memory', async (t) => {
  await using source = await openSource(`file://${ten}?fps=10`);
  t.like(source.describe(), { width: 20, height: 10, format: 'rgb24', fps: 10, live: false });
  const frames = await readFrames(source);
  t.deepEqual(
    frames.map(({ bytes }) => bytes[0]),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  t.is(frames[3]!.capturedAtNs, 300_000_000n);
  t.is(frames[3]!.bytes.length, 20 * 10 * 3);
});

ffmpegTest('jpg, png, bmp and webp are read, whatever the case of their names', async (t) => {
  const path = folder('kinds');
  const colour: Rgb = [200, 100, 50];
  const palette = 'split[a][b];[a]palettegen[p];[b][p]paletteuse';
  await paint(join(path, 'a.png'), colour);
  ffmpeg(['-i', join(path, 'a.png'), '-pix_fmt', 'bgr24', join(path, 'b.bmp')]);
  await paint(join(path, 'c.webp'), colour);
  await paint(join(path, 'd.JPG'), colour);
  await paint(join(path, 'e.jpeg'), colour);
  ffmpeg(['-i', join(path, 'a.png'), '-pix_fmt', 'bgra', join(path, 'f.bmp')]);
  ffmpeg(['-i', join(path, 'a.png'), '-vf', palette, join(path, 'g.bmp')]);
  await using source = await openSource(path);
  const frames = await readFrames(source);
  t.is(frames.length, 7);
  for (const { bytes } of frames) {
    for (const [channel, value] of colour.entries()) t.true(Math.abs(bytes[300 + channel]! - value) <= 6);
  }
});

ffmpegTest('rows of a bitmap come from bottom to top and padded, and are put right', async (t) => {
  const path = folder('bitmap');
  const pixels = Buffer.from(Array.from({ length: 5 * 3 * 3 }, (_, index) => index * 5));
  await sharp(pixels, { raw: { width: 5, height: 3, channels: 3 } }).toFile(join(path, 'raw.png'));
  ffmpeg(['-i', join(path, 'raw.png'), '-pix_fmt', 'bgr24', join(path, 'picture.bmp')]);
  await using source = await openSource(path);
  const [bitmap, png] = await readFrames(source);
  t.deepEqual([...bitmap!.bytes], [...pixels]);
  t.deepEqual([...png!.bytes], [...pixels]);
});

ffmpegTest(
  'grey images give gray8, unless asked for colour; transparency and 16 bits are dropped',
  async (t) => {
    const path = folder('grey');
    const grey = sharp(Buffer.alloc(50, 99), { raw: { width: 10, height: 5, channels: 1 } });
    await grey.clone().toColourspace('b-w').toFile(join(path, '1.png'));
    await sharp({
      create: { width: 10, height: 5, channels: 4, background: { r: 99, g: 99, b: 99, alpha: 0.5 } },
    }).toFile(join(path, '2.png'));
    ffmpeg(['-i', join(path, '1.png'), '-pix_fmt', 'gray16be', join(path, '3.png')]);
    await using source = await openSource(path);
    t.is(source.describe().format, 'gray8');
    for (const { bytes } of await readFrames(source)) t.deepEqual([...bytes], Array<number>(50).fill(99));
    await using colour = await openSource(path, { format: 'rgb24' });
    const [first] = await readFrames(colour, { limit: 1 });
    t.deepEqual([...first!.bytes], Array<number>(150).fill(99));
  },
);

test('differing sizes are kept, or made one with size', async (t) => {
  const path = folder('sizes');
  await paint(join(path, '1.png'), [1, 2, 3], 8, 4);
  await paint(join(path, '2.png'), [1, 2, 3], 5, 7);
  await using source = await openSource(path);
  t.deepEqual(sizes(await readFrames(source)), ['8x4', '5x7']);
  await using scaled = await openSource(path, { size: { width: 6, height: 6 } });
  t.like(scaled.describe(), { width: 6, height: 6 });
  t.deepEqual(sizes(await readFrames(scaled)), ['6x6', '6x6']);
});

test('EXIF orientation is applied', async (t) => {
  const path = folder('exif');
  const image = sharp({ create: { width: 16, height: 8, channels: 3, background: 'red' } });
  await image.withMetadata({ orientation: 6 }).toFile(join(path, '1.jpg'));
  await using source = await openSource(path);
  t.like(source.describe(), { width: 8, height: 16 });
});

test('a damaged image is a fault that names the file, after the images before it', async (t) => {
  const path = folder('damaged');
  await paint(join(path, '1.png'), [1, 2, 3]);
  writeFileSync(join(path, '2.bmp'), 'BM and no more');
  await using source = await openSource(path);
  const seen: SeenFrame[] = [];
  await t.throwsAsync(readFrames(source, { seen }), {
    instanceOf: SourceError,
    message: /damaged: 2.bmp cannot be read as an image: not a bitmap/,
  });
  t.is(seen.length, 1);
});

test('a folder without images, and a format images do not give, are refused', async (t) => {
  await t.throwsAsync(openSource(folder('empty')), {
    instanceOf: SourceError,
    message: /there is no image in the folder/,
  });
  await t.throwsAsync(openSource(ten, { format: 'nv12' }), {
    instanceOf: UsageError,
    message: /rgb24 or gray8, not "nv12"/,
  });
});

function sizes(frames: readonly SeenFrame[]): string[] {
  return frames.map(({ width, height }) => `${width}x${height}`);
}
