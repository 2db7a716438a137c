import test from 'ava';
import fc from 'fast-check';
import { LatencyHistogram } from '../../../src/runtime/live/latency-histogram.js';

test('percentiles agree with sorting to 1.6 %', (t) => {
  const durations = fc.array(fc.double({ min: 1000, max: 1e12, noNaN: true }), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const histogram = new LatencyHistogram();
      for (const value of values) histogram.record(value);
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1]! / 1e6;
      const measured = histogram.percentileMs(share);
      t.true(measured >= exact * (1 - 1e-9) && measured <= exact * (1 + 1 / 64 + 1e-9));
    }),
  );
});

test('an empty histogram has no percentile, and the maximum is exact', (t) => {
  const histogram = new LatencyHistogram();
  t.is(histogram.percentileMs(0.5), Number.NaN);
  histogram.record(1_234_567);
  histogram.record(7);
  t.is(histogram.count, 2);
  t.is(histogram.maxMs, 1.234567);
  t.is(histogram.percentileMs(1), 1.234567);
});

test('a clock that went back counts as no time', (t) => {
  const histogram = new LatencyHistogram();
  histogram.record(-5e9);
  t.is(histogram.percentileMs(0.99), 0);
});
