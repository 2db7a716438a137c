import test from 'ava';
import {
  frameBytes,
  packedFrame,
  packedPlanes,
  pixelFormats,
  type PixelFormat,
} from '../../../src/core/image/frame.js';
import { shrinkPlane, storedSize, toYuv420p } from '../../../src/training/ingest/resample.js';

test('the stored size keeps the shape, is even when shrunk, and is never larger', (t) => {
  t.deepEqual(storedSize({ width: 1920, height: 1080 }, 480), { width: 480, height: 270 });
  t.deepEqual(storedSize({ width: 1080, height: 1920 }, 480), { width: 270, height: 480 });
  t.deepEqual(storedSize({ width: 321, height: 255 }, 480), { width: 321, height: 255 });
});

test('shrinking averages exactly the area a pixel covers', (t) => {
  const plane = {
    data: Uint8Array.from([10, 20, 30, 40, 50, 60]),
    width: 3,
    height: 2,
    stride: 3,
    step: 1,
    offset: 0,
  };
  const out = new Uint8Array(2);
  shrinkPlane(plane, 2, 1, out);
  // left: columns 0 and half of 1, mean of both rows
  t.deepEqual(
    [...out],
    [Math.round((10 + 40 + 0.5 * (20 + 50)) / 3), Math.round((30 + 60 + 0.5 * (20 + 50)) / 3)],
  );
});

/** A frame of one colour: Y 100, U 90, V 160 (or about that in RGB, full range). */
function flatFrame(format: PixelFormat) {
  const size = { width: 16, height: 12 };
  const data = new Uint8Array(frameBytes(format, size));
  const planes = packedPlanes(format, size, data);
  const repeat = (plane: number, pattern: number[]): void => {
    const target = planes[plane]!.data;
    for (let i = 0; i < target.length; i++) target[i] = pattern[i % pattern.length]!;
  };
  // R = Y + 1.402 (V - 128), G = Y - 0.344 (U - 128) - 0.714 (V - 128), B = Y + 1.772 (U - 128)
  const [r, g, b] = [144.9, 90.2, 32.7].map(Math.round) as [number, number, number];
  if (format === 'rgb24') repeat(0, [r, g, b]);
  if (format === 'bgr24') repeat(0, [b, g, r]);
  if (format === 'gray8') repeat(0, [100]);
  if (format === 'yuyv422') repeat(0, [100, 90, 100, 160]);
  if (format === 'nv12' || format === 'yuv420p') repeat(0, [100]);
  if (format === 'nv12') repeat(1, [90, 160]);
  if (format === 'yuv420p')
    [90, 160].forEach((value, k) => {
      repeat(k + 1, [value]);
    });
  return packedFrame(format, size, data);
}

for (const format of pixelFormats) {
  for (const size of [
    { width: 16, height: 12 },
    { width: 10, height: 8 },
  ]) {
    test(`${format} becomes yuv420p of the same colour at ${size.width}x${size.height}`, (t) => {
      const out = new Uint8Array(frameBytes('yuv420p', size));
      toYuv420p(flatFrame(format), size, out);
      const [y, u, v] = packedPlanes('yuv420p', size, out).map(({ data }) => data);
      const expected = format === 'gray8' ? [100, 128, 128] : [100, 90, 160];
      [y, u, v].forEach((plane, k) => {
        t.true(
          plane!.every((value) => Math.abs(value - expected[k]!) <= 1),
          `${k}: ${plane![0]}`,
        );
      });
    });
  }
}
