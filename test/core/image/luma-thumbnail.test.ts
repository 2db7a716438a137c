import test from 'ava';
import {
  type Frame,
  frameBytes,
  packedFrame,
  type PixelFormat,
  pixelFormats,
} from '../../../src/core/image/frame.js';
import { lumaThumbnail } from '../../../src/core/image/luma-thumbnail.js';

const size = { width: 64, height: 48 };

/** Left half dark, right half bright, in any format. */
function halves(format: PixelFormat): Frame {
  const data = new Uint8Array(frameBytes(format, size)).fill(128);
  const bytes = { gray8: 1, yuv420p: 1, nv12: 1, yuyv422: 2, rgb24: 3, bgr24: 3 }[format];
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const level = x < size.width / 2 ? 40 : 200;
      const at = (y * size.width + x) * bytes;
      if (bytes === 3) data.fill(level, at, at + 3);
      else data[at] = level;
    }
  }
  return packedFrame(format, size, data);
}

for (const format of pixelFormats) {
  test(`a thumbnail of ${format} is the brightness, a quarter as wide`, (t) => {
    const { data, width, height, scale } = lumaThumbnail(halves(format), 16);
    t.deepEqual([width, height, scale], [16, 12, 4]);
    for (let i = 0; i < data.length; i += 1) t.is(data[i], i % 16 < 8 ? 40 : 200);
  });
}

test('a small picture is not blown up', (t) => {
  const { width, height, scale } = lumaThumbnail(halves('gray8'), 160);
  t.deepEqual([width, height, scale], [64, 48, 1]);
});
