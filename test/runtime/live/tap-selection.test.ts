import test from 'ava';
import { TapCounter } from '../../../src/runtime/live/tap-selection.js';

const second = 1_000_000_000n;

test('a second tap near the first and soon after asks for more', (t) => {
  const taps = new TapCounter();
  t.is(taps.count({ x: 50, y: 50 }, 10n * second, null), 0);
  t.is(taps.count({ x: 55, y: 48 }, 11n * second, null), 1);
  t.is(taps.count({ x: 60, y: 48 }, 12n * second, null), 2);
});

test('a tap later or elsewhere begins anew', (t) => {
  const taps = new TapCounter();
  taps.count({ x: 50, y: 50 }, 10n * second, null);
  t.is(taps.count({ x: 50, y: 50 }, 13n * second, null), 0);
  t.is(taps.count({ x: 150, y: 50 }, 13n * second, null), 0);
});

test('a tap on the target is near, wherever it went meanwhile', (t) => {
  const taps = new TapCounter();
  taps.count({ x: 50, y: 50 }, 10n * second, null);
  t.is(taps.count({ x: 200, y: 90 }, 11n * second, { cx: 205, cy: 95, width: 40, height: 30 }), 1);
});
