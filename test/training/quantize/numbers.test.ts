import test from 'ava';
import fc from 'fast-check';
import { createRandom } from '../../../src/core/random.js';
import { fromHalf, toHalf } from '../../../src/training/quantize/fp16/half.js';
import { quantizeWeights } from '../../../src/training/quantize/qdq/quantize-weights.js';
import { schemeFor } from '../../../src/training/quantize/qdq/scheme.js';
import {
  type CalibratorName,
  calibratorNames,
  chooseRange,
} from '../../../src/training/quantize/ranges/calibrators.js';
import { count, emptyHistogram, extendRange } from '../../../src/training/quantize/ranges/histogram.js';
import { chooseSpread } from '../../../src/training/quantize/samples/spread.js';

test('weights keep within half a step of themselves, channel by channel', (t) => {
  const random = createRandom(1);
  const filters = Float32Array.from({ length: 4 * 9 }, (_, index) =>
    random.normal(10 ** -Math.floor(index / 9)),
  );
  const { data, scales } = quantizeWeights(filters, 4);
  for (const [index, value] of filters.entries()) {
    const scale = scales[Math.floor(index / 9)]!;
    t.true(Math.abs(data[index]! * scale - value) <= scale / 2 + 1e-9);
  }
  t.true(Math.max(...data.map(Math.abs)) === 127);
});

test('a channel without weights gets a scale all the same', (t) => {
  const { data, scales } = quantizeWeights(new Float32Array(9), 1);
  t.is(scales[0], 1);
  t.true(data.every((value) => value === 0));
});

test('zero is exact in every scheme, behind a Relu its number is the lowest', (t) => {
  t.deepEqual(schemeFor('int8-cpu', { low: 0, high: 5.1 }), {
    type: 'uint8',
    scale: Math.fround(0.02),
    zeroPoint: 0,
  });
  t.is(schemeFor('int8-cpu', { low: -1, high: 4.1 }).zeroPoint, 50);
  t.is(schemeFor('int8-cpu', { low: -3, high: -1 }).zeroPoint, 255);
  t.like(schemeFor('int8-trt', { low: -2.54, high: 1 }), { zeroPoint: 0, scale: Math.fround(0.02) });
});

test('calibrators: min-max takes all, the others give up a rare outlier for finer steps', (t) => {
  const random = createRandom(2);
  const values = Float32Array.from({ length: 50_000 }, () => Math.abs(random.normal()));
  values[7] = 60;
  const histogram = emptyHistogram(extendRange({ low: 0, high: 0 }, values, 'x'));
  count(values, histogram);
  t.is(
    histogram.counts.reduce((sum, one) => sum + one, 0),
    values.length,
  );
  t.is(chooseRange('min-max', histogram).high, 60);
  for (const name of ['percentile', 'entropy'] as const) {
    const { low, high } = chooseRange(name, histogram);
    t.is(low, 0, name);
    t.true(high > 2 && high < 30, `${name} ${high}`);
  }
});

test('the calibrator mse makes the least squared error of all', (t) => {
  const random = createRandom(4);
  const values = Float32Array.from({ length: 20_000 }, () => Math.exp(random.normal()));
  const histogram = emptyHistogram(extendRange({ low: 0, high: 0 }, values, 'x'));
  count(values, histogram);
  const errorOf = (name: CalibratorName): number => {
    const { scale } = schemeFor('int8-cpu', chooseRange(name, histogram));
    return values.reduce(
      (sum, value) => sum + (Math.min(255, Math.round(value / scale)) * scale - value) ** 2,
      0,
    );
  };
  for (const name of calibratorNames) t.true(errorOf('mse') <= 1.02 * errorOf(name), name);
});

test('a tensor that never changes still gets a range', (t) => {
  const histogram = emptyHistogram({ low: 0, high: 0 });
  count(new Float32Array(10), histogram);
  for (const name of calibratorNames) t.true(chooseRange(name, histogram).high > 0);
});

test('float16: the values of the standard', (t) => {
  const cases: readonly (readonly [number, number])[] = [
    [0, 0],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [-Infinity, 0xfc00],
  ];
  for (const [value, half] of cases) t.is(toHalf(value), half, String(value));
  t.true(Number.isNaN(fromHalf(toHalf(Number.NaN))));
});

test('every float16 comes back as itself, and floats come within half a step', (t) => {
  for (let half = 0; half < 0x7c00; half += 1) t.is(toHalf(fromHalf(half)), half);
  fc.assert(
    fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (value) => {
      const step = Math.max(2 ** -24, 2 ** (Math.floor(Math.log2(Math.abs(value) || 1)) - 10));
      return Math.abs(fromHalf(toHalf(value)) - value) <= step / 2;
    }),
  );
  t.pass();
});

test('a spread choice takes one of every heap before a second of any', (t) => {
  const random = createRandom(5);
  const heaps = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
  ] as const;
  const points = heaps.flatMap(([x, y]) =>
    Array.from({ length: 20 }, () => Float32Array.of(x + random.normal(0.1), y + random.normal(0.1))),
  );
  const chosen = chooseSpread(points, 4);
  t.deepEqual(new Set(chosen.map((index) => Math.floor(index / 20))).size, 4);
  t.is(new Set(chooseSpread(points, 100)).size, 80);
  t.deepEqual(chooseSpread([], 3), []);
});
