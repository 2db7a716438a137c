import test from 'ava';
import { TokenBucket } from '../../../../src/runtime/mqtt/commands/token-bucket.js';

test('a burst passes at once, then the rate', (t) => {
  const bucket = new TokenBucket({ ratePerSecond: 10, burst: 3 }, 1000);
  const passed = (now: number, count: number): number =>
    Array.from({ length: count }, () => bucket.take(now)).filter(Boolean).length;
  t.is(passed(1000, 10), 3);
  t.is(passed(1050, 10), 0);
  t.is(passed(1100, 10), 1);
  t.is(passed(1350, 10), 2);
  t.is(passed(60_000, 10), 3, 'what is not used is not saved beyond the burst');
});
