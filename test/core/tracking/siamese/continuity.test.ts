import test from 'ava';
import { continuity } from '../../../../src/core/tracking/siamese/continuity.js';

const doubts = { jumpDoubt: 1, coastDoubt: 0.7 };

test('a jump costs a tracked target nothing while it looks as usual, and all when nothing is left of its looks', (t) => {
  t.is(continuity('tracking', { plausible: 0, alike: 1 }, doubts), 1);
  t.is(continuity('tracking', { plausible: 0, alike: 1.4 }, doubts), 1);
  t.is(continuity('tracking', { plausible: 0, alike: 0 }, doubts), 0);
  t.is(continuity('tracking', { plausible: 0.5, alike: 0.5 }, doubts), 0.75);
});

test('where it was expected, it may look like anything', (t) => {
  t.is(continuity('tracking', { plausible: 1, alike: 0 }, doubts), 1);
  t.is(continuity('coasting', { plausible: 1, alike: 0 }, doubts), 1);
});

test('a jump costs a coasting target its share, however alike; a lost one may be anywhere', (t) => {
  t.true(Math.abs(continuity('coasting', { plausible: 0, alike: 1 }, doubts) - 0.3) < 1e-9);
  t.is(continuity('lost', { plausible: 0, alike: 0 }, doubts), 1);
});

test('shares of nothing switch it off', (t) => {
  const off = { jumpDoubt: 0, coastDoubt: 0 };
  for (const state of ['tracking', 'coasting', 'lost'] as const)
    t.is(continuity(state, { plausible: 0, alike: 0 }, off), 1);
});
