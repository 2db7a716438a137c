import test from 'ava';
import fc from 'fast-check';
import { type Frame, pixelFormats } from '../../../src/core/image/frame.js';
import { createCropSampler, type Homography, type WarpOptions } from '../../../src/core/image/sampler.js';
import { greyFrame, largestDifference, referenceWarp, testFrame } from './reference.js';

const fill = [10, 200, 90] as const;
const tolerance = 2;

function warp(frame: Frame, matrix: Homography, size: number, options: WarpOptions = {}): Uint8Array {
  const out = new Uint8Array(3 * size * size);
  createCropSampler().sampleWarp(frame, matrix, size, out, { fill, ...options });
  return out;
}

/** Turns by `angle` and scales about the image point (x, y), which becomes the middle of the crop; a little perspective. */
function turned(angle: number, scale: number, x: number, y: number, size: number, tilt = 0): Homography {
  const cos = scale * Math.cos(angle);
  const sin = scale * Math.sin(angle);
  const half = size / 2;
  return [
    cos + tilt * x, -sin, x - half * (cos - sin + tilt * x),
    sin + tilt * y, cos, y - half * (sin + cos + tilt * y),
    tilt, 0, 1 - half * tilt,
  ]; // prettier-ignore
}

test('warps of noise match the floating-point reference in every format, range and stride', (t) => {
  for (const format of pixelFormats) {
    for (const [angle, scale, tilt, padding] of [
      [0.3, 0.7, 0, 0],
      [-2, 1.3, 0.002, 5],
      [1.2, 4, -0.001, 1],
    ] as const) {
      const frame = testFrame(format, 121, 97, { padding, fullRange: padding > 0 });
      const matrix = turned(angle, scale, 60.3, 50.1, 41, tilt);
      const largest = largestDifference(warp(frame, matrix, 41), referenceWarp(frame, matrix, 41, fill));
      t.true(largest <= tolerance, `${format}, turned by ${angle}, scale ${scale}: ${largest}`);
    }
  }
});

test('any homography of any small frame matches the reference', (t) => {
  const sampler = createCropSampler();
  const entry = (range: number) => fc.double({ min: -range, max: range, noNaN: true });
  t.notThrows(() => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pixelFormats),
        fc.record({ width: fc.integer({ min: 1, max: 19 }), height: fc.integer({ min: 1, max: 19 }) }),
        fc.tuple(
          entry(3),
          entry(3),
          entry(20),
          entry(3),
          entry(3),
          entry(20),
          entry(0.2),
          entry(0.2),
          entry(2),
        ),
        fc.integer({ min: 1, max: 14 }),
        fc.record({ padding: fc.integer({ min: 0, max: 7 }), seed: fc.integer() }),
        (format, { width, height }, matrix, size, options) => {
          const frame = testFrame(format, width, height, options);
          const out = new Uint8Array(3 * size * size);
          sampler.sampleWarp(frame, matrix, size, out, { fill });
          return largestDifference(out, referenceWarp(frame, matrix, size, fill)) <= tolerance;
        },
      ),
      { seed: 8, numRuns: 1500 },
    );
  });
});

test('an upright warp is the crop of the same region', (t) => {
  const sampler = createCropSampler();
  for (const format of pixelFormats) {
    const frame = testFrame(format, 90, 70);
    const region = { cx: 40.3, cy: 30.7, side: 48 };
    const size = 32;
    const scale = region.side / size;
    const matrix = [scale, 0, region.cx - 24, 0, scale, region.cy - 24, 0, 0, 1];
    const cropped = new Uint8Array(3 * size * size);
    sampler.sampleCrop(frame, region, size, cropped, { fill });
    const warped = warp(frame, matrix, size);
    t.true(
      cropped.every((value, at) => Math.abs(value - warped[at]!) <= 1),
      format,
    );
  }
});

test('HWC and CHW hold the same pixels, with one tap and with several', (t) => {
  for (const format of pixelFormats) {
    const frame = testFrame(format, 50, 40);
    for (const taps of [1, 3]) {
      const matrix = turned(0.5, 2.4, 20, 20, 15);
      const chw = warp(frame, matrix, 15, { taps });
      const hwc = warp(frame, matrix, 15, { taps, layout: 'hwc' });
      for (let i = 0; i < 225; i++) {
        for (let c = 0; c < 3; c++) t.is(hwc[3 * i + c], chw[c * 225 + i], format);
      }
    }
  }
});

test('taps average what a single sample would alias', (t) => {
  for (const format of pixelFormats) {
    const frame = greyFrame(format, 200, 200, (x, y) => ((x + y) % 2) * 255);
    const matrix = turned(0, 4, 100, 100, 24);
    t.true(
      warp(frame, turned(0, 4, 100.5, 100.5, 24), 24).some((value) => Math.abs(value - 127.5) > 100),
      format,
    );
    t.true(
      warp(frame, matrix, 24, { taps: 4 }).every((value) => Math.abs(value - 127.5) <= 2),
      format,
    );
    // turned, the samples no longer fall into step with the pattern
    t.true(
      warp(frame, turned(0.4, 4, 100, 100, 24), 24, { taps: 8 }).every(
        (value) => Math.abs(value - 127.5) <= 25,
      ),
      format,
    );
  }
});

test('a plain frame stays plain through any number of taps', (t) => {
  const frame = greyFrame('gray8', 60, 60, () => 201);
  for (const taps of [1, 2, 5, 16]) {
    t.true(warp(frame, turned(1, 1.5, 30, 30, 20), 20, { taps }).every((value) => value === 201));
  }
});

test('what lies behind the camera is outside', (t) => {
  const frame = greyFrame('rgb24', 30, 30, () => 255);
  const out = warp(frame, [1, 0, 5, 0, 1, 5, 0, 0, -1], 8);
  fill.forEach((value, c) => t.true(out.subarray(c * 64, c * 64 + 64).every((byte) => byte === value)));
});

test('bad arguments are refused with the numbers that are wrong', (t) => {
  const sampler = createCropSampler();
  const frame = testFrame('gray8', 8, 8);
  const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const call = (matrix: Homography, size: number, bytes: number, taps?: number) => () => {
    sampler.sampleWarp(frame, matrix, size, new Uint8Array(bytes), taps === undefined ? {} : { taps });
  };
  t.throws(call(identity, 4, 47), { instanceOf: RangeError, message: /48 bytes, out has 47/ });
  t.throws(call([1, 2, 3], 4, 48), { instanceOf: RangeError, message: /\[1, 2, 3\]/ });
  t.throws(call([...identity.slice(0, 8), NaN], 4, 48), { instanceOf: RangeError, message: /NaN/ });
  for (const taps of [0, 1.5, 17, NaN]) {
    t.throws(call(identity, 4, 48, taps), {
      instanceOf: RangeError,
      message: new RegExp(`taps .* ${taps}$`),
    });
  }
});
