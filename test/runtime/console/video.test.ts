import test from 'ava';
import sharp from 'sharp';
import { packedFrame, pixelFormats, type Frame } from '../../../src/core/image/frame.js';
import { decodePicture, encodePicture } from '../../../src/core/console/picture-message.js';
import { EncoderThread } from '../../../src/runtime/console/video/encoder-thread.js';
import { loadJpegEncoder } from '../../../src/runtime/console/video/to-jpeg.js';
import { toRgb } from '../../../src/runtime/console/video/to-rgb.js';

const size = { width: 6, height: 4 };
/** Pixels of one colour in every format: a strong orange, (200, 100, 50), by BT.601 in studio range. */
const orange: Readonly<Record<(typeof pixelFormats)[number], readonly number[][]>> = {
  rgb24: [[200, 100, 50]],
  bgr24: [[50, 100, 200]],
  gray8: [[124]],
  yuyv422: [[123, 91, 123, 175]],
  nv12: [[123], [91, 175]],
  yuv420p: [[123], [91], [175]],
};

/** @param padding bytes after every row */
function orangeFrame(format: (typeof pixelFormats)[number], padding: number): Frame {
  const rowBytes = { rgb24: [18], bgr24: [18], gray8: [6], yuyv422: [12], nv12: [6, 6], yuv420p: [6, 3, 3] }[
    format
  ];
  const planes = orange[format].map((pattern, index) => {
    const rows = index === 0 ? 4 : 2;
    const stride = rowBytes[index]! + padding;
    const data = new Uint8Array(stride * rows).fill(255);
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < rowBytes[index]!; x += 1) data[y * stride + x] = pattern[x % pattern.length]!;
    }
    return { data, stride };
  });
  return { format, ...size, planes, capturedAtNs: 0n, sequence: 0, dispose: () => undefined };
}

for (const format of pixelFormats) {
  test(`${format} becomes the colour it stands for, with and without padded rows`, (t) => {
    for (const padding of [0, 5]) {
      const { data, channels, width, height } = toRgb(orangeFrame(format, padding));
      t.deepEqual([width, height, data.length], [6, 4, 24 * channels]);
      const expected = channels === 1 ? [124] : [200, 100, 50];
      const worst = Math.max(...data.map((value, i) => Math.abs(value - expected[i % channels]!)));
      t.true(worst <= 2, `${worst}`);
    }
  });
}

test('frames of odd size keep every pixel', (t) => {
  const frame = packedFrame('yuv420p', { width: 5, height: 3 }, new Uint8Array(15 + 6 + 6).fill(128));
  const { data } = toRgb(frame);
  t.is(data.length, 45);
  t.true(data.every((value) => Math.abs(value - 130) <= 1));
});

test('a frame becomes a JPEG picture, scaled down where it is too wide', async (t) => {
  const encode = await loadJpegEncoder();
  const frame = packedFrame('rgb24', { width: 64, height: 36 }, new Uint8Array(64 * 36 * 3).fill(90));
  const whole = await sharp(await encode(frame, { quality: 70, width: 64 })).metadata();
  t.like(whole, { format: 'jpeg', width: 64, height: 36 });
  const small = await sharp(await encode(frame, { quality: 70, width: 32 })).metadata();
  t.like(small, { width: 32, height: 18 });
});

test('a camera’s own JPEG goes through untouched, unless it is too wide or has no tables', async (t) => {
  const encode = await loadJpegEncoder();
  const data = new Uint8Array(
    await sharp({ create: { width: 64, height: 36, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer(),
  );
  const frame: Frame = {
    ...{ format: 'rgb24', width: 64, height: 36, planes: [], encoded: { codec: 'jpeg', data } },
    ...{ capturedAtNs: 0n, sequence: 0, dispose: () => undefined },
  };
  t.deepEqual(await encode(frame, { quality: 70, width: 64 }), data);
  t.like(await sharp(await encode(frame, { quality: 70, width: 32 })).metadata(), { width: 32, height: 18 });
});

test('the encoder’s thread makes pictures, survives a damaged one, rests, and starts again', async (t) => {
  await using thread = new EncoderThread();
  const options = { quality: 70, width: 640 };
  const good = packedFrame('gray8', { width: 32, height: 16 }, new Uint8Array(512));
  const damaged: Frame = { ...good, planes: [], encoded: { codec: 'jpeg', data: new Uint8Array(9) } };
  t.like(await sharp(await thread.encode(good, options)).metadata(), { width: 32 });
  await t.throwsAsync(thread.encode(damaged, options));
  t.like(await sharp(await thread.encode(good, options)).metadata(), { width: 32 });
  const interrupted = t.throwsAsync(thread.encode(good, options), { message: /ended/ });
  await thread.rest();
  await interrupted;
  t.false(thread.busy);
  t.like(await sharp(await thread.encode(good, options)).metadata(), { width: 32 });
});

test('a picture and what was said of it come out as they went in', (t) => {
  const header = {
    ...{ number: 7, sequence: 41, capturedAtNs: '12345678901234567', width: 640, height: 360 },
    track: {
      ...{
        state: 'coasting' as const,
        box: { x: 1.5, y: 2, width: 3, height: 4 },
        confidence: 0.25,
        target: 2,
      },
      distractors: [{ x: 5, y: 6, width: 7, height: 8, score: 0.5 }],
    },
  };
  const jpeg = Uint8Array.from([255, 216, 1, 2, 3]);
  const { buffer } = encodePicture(header, jpeg);
  t.deepEqual(decodePicture(buffer), { header, jpeg });
  t.throws(() => decodePicture(encodePicture({ ...header, number: -1 }, jpeg).buffer));
  t.throws(() => decodePicture(new ArrayBuffer(2)));
});
