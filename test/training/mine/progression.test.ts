import test from 'ava';
import { miningInterval, type RoundFigures, stopReason } from '../../../src/training/mine/progression.js';

const figures = (round: number, followed: number | null, retrieval: number | null): RoundFigures => ({
  round,
  miner: followed === null ? null : 'tracker',
  followed,
  retrieval,
});

test('the interval doubles from round to round', (t) => {
  t.deepEqual([1, 2, 3, 4, 5].map(miningInterval), [1, 2, 4, 8, 16]);
});

test('rounds go on while yield and retrieval hold up', (t) => {
  t.is(stopReason([]), null);
  t.is(stopReason([figures(0, null, 0.8)]), null);
  t.is(stopReason([figures(0, null, 0.8), figures(1, 2, 0.85)]), null);
  t.is(stopReason([figures(1, 2, 0.85), figures(2, 2.5, 0.86)]), null);
});

test('what chance moves does not stop them', (t) => {
  t.is(stopReason([figures(1, 2, 0.85), figures(2, 1.91, 0.821)]), null);
});

test('a falling yield stops them, and is named', (t) => {
  t.regex(stopReason([figures(1, 2, 0.8), figures(2, 1.8, null)])!, /the yield fell from 2\.00 to 1\.80/);
});

test('falling retrieval stops them, and is named', (t) => {
  t.regex(stopReason([figures(1, 2, 0.85), figures(2, 3, 0.81)])!, /retrieval fell from 0\.850 to 0\.810/);
});

test('only the last two rounds are compared, and only what was measured in both', (t) => {
  t.is(stopReason([figures(0, 9, 0.99), figures(1, 2, 0.7), figures(2, 2, 0.7)]), null);
  t.is(stopReason([figures(1, 2, null), figures(2, null, 0.1)]), null);
});

test('yields of different miners are not compared', (t) => {
  t.is(stopReason([{ ...figures(1, 9, 0.8), miner: 'bd' }, figures(2, 2, 0.8)]), null);
});
