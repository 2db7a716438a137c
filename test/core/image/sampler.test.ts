import test from 'ava';
import fc from 'fast-check';
import { type Frame, pixelFormats } from '../../../src/core/image/frame.js';
import { createCropSampler, meanColour } from '../../../src/core/image/sampler.js';
import { colourlessCrop } from './crop-arithmetic.js';
import { greyFrame, largestDifference, referenceCrop, testFrame } from './reference.js';

/** Levels by which a crop may differ from the floating-point reference, which is not rounded. */
const tolerance = 2;
const fill = [10, 200, 90] as const;

function crop(frame: Frame, region: { cx: number; cy: number; side: number }, size: number): Uint8Array {
  const out = new Uint8Array(3 * size * size);
  createCropSampler().sampleCrop(frame, region, size, out, { fill });
  return out;
}

function difference(frame: Frame, region: { cx: number; cy: number; side: number }, size: number): number {
  return largestDifference(crop(frame, region, size), referenceCrop(frame, region, size, fill));
}

test('bilinear crops of noise match the floating-point reference in every format, range and stride', (t) => {
  for (const format of pixelFormats) {
    for (const [scale, padding, fullRange] of [
      [0.31, 0, false],
      [1, 5, true],
      [1.37, 64, false],
      [2, 1, true],
    ] as const) {
      const frame = testFrame(format, 161, 97, { padding, fullRange });
      const largest = difference(frame, { cx: 80.3, cy: 48.9, side: 45 * scale }, 45);
      t.true(largest <= tolerance, `${format} at scale ${scale}: ${largest}`);
    }
  }
});

test('grey bilinear crops are those of four neighbours a pixel to the bit, enlarged and shrunk, in and out of the frame', (t) => {
  for (const format of ['gray8', 'yuyv422', 'nv12', 'yuv420p'] as const) {
    for (const [width, height] of [
      [61, 47],
      [40, 1],
      [1, 40],
    ] as const) {
      const isLuma = (plane: number, index: number) =>
        plane === 0 && (format !== 'yuyv422' || index % 2 === 0);
      const frame = testFrame(format, width, height, {
        padding: 3,
        // studio range's chroma terms are negative here: a column without a partner would lose 1/32 level (see writeRow)
        fullRange: width === 1,
        byte: (plane, row, index) => (isLuma(plane, index) ? 16 + ((row * 89 + index * 151) % 240) : 128),
      });
      for (const scale of [0.02, 0.11, 0.4, 0.76, 0.89, 0.91, 1, 1.5, 2]) {
        for (const cy of [height / 2 + 0.3, 2.1, height - 1.7]) {
          const size = 27;
          const region = { cx: width / 2 + 0.2, cy, side: size * scale };
          const out = crop(frame, region, size);
          const wrong = colourlessCrop(frame, region, size, fill).filter((colour, pixel) =>
            colour.some((value, channel) => out[channel * size * size + pixel] !== value),
          );
          t.deepEqual(wrong, [], `${format} ${width}x${height}, scale ${scale}, cy ${cy}`);
        }
      }
    }
  }
});

test('area means of noise match the reference taps in every format', (t) => {
  for (const format of pixelFormats) {
    for (const scale of [2.01, 2.9, 3, 4, 5.7, 8, 11.3]) {
      const frame = testFrame(format, 301, 287, { padding: 3 });
      const largest = difference(frame, { cx: 150.2, cy: 143.1, side: 25 * scale }, 25);
      t.true(largest <= tolerance, `${format} at scale ${scale}: ${largest}`);
    }
  }
});

test('any region of any small frame matches the reference, in and out of the frame', (t) => {
  const sampler = createCropSampler(); // one for all: its tables must not leak from call to call
  t.notThrows(() => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pixelFormats),
        fc.record({ width: fc.integer({ min: 1, max: 19 }), height: fc.integer({ min: 1, max: 19 }) }),
        fc.record({
          cx: fc.double({ min: -15, max: 35, noNaN: true }),
          cy: fc.double({ min: -15, max: 35, noNaN: true }),
          side: fc.double({ min: 0.01, max: 120, noNaN: true }),
        }),
        fc.integer({ min: 1, max: 14 }),
        fc.record({ padding: fc.integer({ min: 0, max: 7 }), fullRange: fc.boolean(), seed: fc.integer() }),
        (format, { width, height }, region, size, options) => {
          const frame = testFrame(format, width, height, options);
          const out = new Uint8Array(3 * size * size);
          sampler.sampleCrop(frame, region, size, out, { fill });
          return largestDifference(out, referenceCrop(frame, region, size, fill)) <= tolerance;
        },
      ),
      { seed: 4, numRuns: 1500 },
    );
  });
});

test('at scale 1 on the pixel grid an RGB crop is a copy', (t) => {
  const frame = testFrame('rgb24', 20, 16);
  const out = crop(frame, { cx: 10, cy: 8, side: 8 }, 8);
  for (let y = 0; y < 8; y++) {
    for (let x = 0; x < 8; x++) {
      for (let c = 0; c < 3; c++)
        t.is(out[c * 64 + y * 8 + x], frame.planes[0]!.data[((y + 4) * 20 + x + 6) * 3 + c]);
    }
  }
});

test('HWC and CHW hold the same pixels', (t) => {
  for (const format of pixelFormats) {
    const frame = testFrame(format, 50, 40);
    for (const [side, size] of [
      [31.3, 17],
      [90, 20],
    ] as const) {
      const sampler = createCropSampler();
      const chw = new Uint8Array(3 * size * size);
      const hwc = new Uint8Array(3 * size * size);
      const region = { cx: 20.4, cy: 22.2, side };
      sampler.sampleCrop(frame, region, size, chw, { layout: 'chw' });
      sampler.sampleCrop(frame, region, size, hwc, { layout: 'hwc' });
      for (let i = 0; i < size * size; i++) {
        for (let c = 0; c < 3; c++) t.is(hwc[3 * i + c], chw[c * size * size + i], format);
      }
    }
  }
});

test('bgr24 is rgb24 with red and blue exchanged', (t) => {
  const rgb = testFrame('rgb24', 31, 23);
  const swapped = testFrame('bgr24', 31, 23, {
    byte: (_, row, index) => rgb.planes[0]!.data[row * 93 + index - (index % 3) + 2 - (index % 3)]!,
  });
  for (const side of [12.3, 60]) {
    const region = { cx: 14, cy: 12, side };
    t.deepEqual(crop(rgb, region, 15), crop(swapped, region, 15));
  }
});

test('fine checkerboards and stripes shrunk 4 and 8 times come out flat grey within 3 levels', (t) => {
  const patterns = {
    checkerboard: (x: number, y: number) => ((x + y) % 2) * 255,
    'vertical stripes': (x: number) => (x % 2) * 255,
    'horizontal stripes': (_: number, y: number) => (y % 2) * 255,
    'checkerboard of 2 pixels': (x: number, y: number) => (((x >> 1) + (y >> 1)) % 2) * 255,
    'vertical stripes of 2 pixels': (x: number) => ((x >> 1) % 2) * 255,
  };
  for (const format of pixelFormats) {
    for (const [name, level] of Object.entries(patterns)) {
      const frame = greyFrame(format, 272, 264, level);
      for (const scale of [4, 8]) {
        for (const shift of [0, 0.5, 1, 1.3]) {
          const out = crop(frame, { cx: 130 + shift, cy: 130 + shift, side: 32 * scale }, 32);
          for (const value of out) {
            if (Math.abs(value - 127.5) > 3) t.fail(`${format}, ${name}, shrunk ${scale} times: ${value}`);
          }
        }
      }
    }
  }
  t.pass();
});

test('a one-pixel checkerboard comes out flat at every shrink factor above 2', (t) => {
  const frame = greyFrame('gray8', 700, 700, (x, y) => ((x + y) % 2) * 255);
  for (let scale = 2.01; scale < 20; scale += 0.37) {
    const out = crop(frame, { cx: 350.2, cy: 350.7, side: 31 * scale }, 31);
    t.true(
      out.every((value) => Math.abs(value - 127.5) <= 3),
      `shrunk ${scale} times`,
    );
  }
});

test('shrinking a gradient keeps its place: at most half a source pixel off', (t) => {
  const frame = greyFrame('gray8', 250, 250, (x, y) => 0.5 * x + 0.5 * y);
  for (const scale of [2.5, 3.3, 5.1, 9.7]) {
    const region = { cx: 125.3, cy: 124.6, side: 20 * scale };
    const out = crop(frame, region, 20);
    for (let i = 0; i < 400; i++) {
      const x = region.cx - region.side / 2 + ((i % 20) + 0.5) * scale - 0.5;
      const y = region.cy - region.side / 2 + (Math.floor(i / 20) + 0.5) * scale - 0.5;
      // half a pixel along either axis, rounded down levels of the frame, rounding of the mean
      t.true(Math.abs(out[i]! - (x + y) / 2) <= 0.5 + 0.5 + 0.5, `shrunk ${scale} times`);
    }
  }
});

test('a region outside the frame holds the fill colour alone, by default the mean colour of the frame', (t) => {
  for (const format of pixelFormats) {
    const frame = testFrame(format, 40, 30);
    const out = new Uint8Array(3 * 81).fill(1);
    const mean = meanColour(frame);
    for (const region of [
      { cx: -200, cy: 10, side: 100 },
      { cx: 20, cy: 500, side: 33 },
    ]) {
      createCropSampler().sampleCrop(frame, region, 9, out);
      mean.forEach((value, c) =>
        t.true(
          out.subarray(c * 81, c * 81 + 81).every((byte) => byte === value),
          format,
        ),
      );
    }
  }
});

test('a huge grey frame is sampled in small and large regions', (t) => {
  const frame = testFrame('gray8', 3840, 2160, {
    byte: (_, row, index) => ((row * 7 + index * 3) >> 4) & 255,
  });
  for (const [side, size] of [
    [5, 31],
    [31, 31],
    [2160, 63],
    [9000, 63],
  ] as const) {
    t.true(difference(frame, { cx: 1900.4, cy: 1070.2, side }, size) <= tolerance, `side ${side}`);
  }
});

test('planes in shared memory and planes with different strides are read', (t) => {
  const plain = testFrame('yuv420p', 33, 21);
  const planes = plain.planes.map(({ data, stride }, index) => {
    const wider = stride + 3 * index;
    const shared = new Uint8Array(new SharedArrayBuffer(wider * Math.ceil(data.length / stride)));
    data.forEach((value, at) => (shared[Math.floor(at / stride) * wider + (at % stride)] = value));
    return { data: shared, stride: wider };
  });
  for (const side of [15, 80]) {
    const region = { cx: 16, cy: 11, side };
    t.deepEqual(crop({ ...plain, planes }, region, 16), crop(plain, region, 16));
  }
});

test('bytes of out beyond the crop stay untouched', (t) => {
  for (const layout of ['chw', 'hwc'] as const) {
    const out = new Uint8Array(3 * 49 + 10).fill(77);
    createCropSampler().sampleCrop(testFrame('nv12', 9, 9), { cx: 4, cy: 4, side: 12 }, 7, out, { layout });
    t.true(out.subarray(3 * 49).every((byte) => byte === 77));
  }
});

test('bad arguments are refused with the numbers that are wrong', (t) => {
  const sampler = createCropSampler();
  const sampleCrop: typeof sampler.sampleCrop = (...args) => {
    sampler.sampleCrop(...args);
  };
  const frame = testFrame('rgb24', 8, 8);
  const region = { cx: 4, cy: 4, side: 4 };
  const out = new Uint8Array(3 * 16);
  t.throws(
    () => {
      sampleCrop(frame, region, 5, out);
    },
    { instanceOf: RangeError, message: /5x5 .* needs 75 bytes, out has 48/ },
  );
  for (const bad of [{ cx: NaN }, { cy: Infinity }, { side: 0 }, { side: -3 }, { side: NaN }]) {
    t.throws(
      () => {
        sampleCrop(frame, { ...region, ...bad }, 4, out);
      },
      { instanceOf: RangeError, message: /NaN|Infinity|side 0|side -3/ },
    );
  }
  for (const size of [0, -1, 2.5, NaN])
    t.throws(
      () => {
        sampleCrop(frame, region, size, out);
      },
      { instanceOf: RangeError },
    );
  t.throws(
    () => {
      sampleCrop({ ...frame, width: 0 }, region, 4, out);
    },
    { instanceOf: RangeError, message: /0x8/ },
  );
  t.throws(
    () => {
      sampleCrop({ ...frame, height: 9 }, region, 4, out);
    },
    { instanceOf: RangeError, message: /plane 0 .* 192 bytes/ },
  );
  t.throws(
    () => {
      sampleCrop({ ...frame, format: 'nv12' }, region, 4, out);
    },
    { instanceOf: RangeError, message: /plane 1 .* missing/ },
  );
});

test('the mean colour of a plain frame is its colour', (t) => {
  t.deepEqual(
    meanColour(testFrame('rgb24', 640, 360, { byte: (_, __, index) => [200, 100, 50][index % 3]! })),
    [200, 100, 50],
  );
  t.deepEqual(
    meanColour(testFrame('bgr24', 640, 360, { byte: (_, __, index) => [50, 100, 200][index % 3]! })),
    [200, 100, 50],
  );
  t.deepEqual(meanColour(testFrame('gray8', 5, 5, { byte: () => 16 })), [16, 16, 16]);
  // studio black and white
  t.deepEqual(
    meanColour(testFrame('nv12', 64, 48, { byte: (plane) => (plane === 0 ? 16 : 128) })),
    [0, 0, 0],
  );
  t.deepEqual(
    meanColour(testFrame('yuv420p', 64, 48, { byte: (plane) => (plane === 0 ? 235 : 128) })),
    [255, 255, 255],
  );
  // BT.601 red, full range
  t.deepEqual(
    meanColour(testFrame('yuv420p', 9, 7, { fullRange: true, byte: (plane) => [76, 85, 255][plane]! })),
    [254, 0, 0],
  );
});

test('the mean colour of noise is close to the true mean', (t) => {
  const frame = testFrame('gray8', 640, 360);
  t.true(Math.abs(meanColour(frame)[0] - 127.5) < 8);
});
