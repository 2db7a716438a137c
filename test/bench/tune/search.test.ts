import test from 'ava';
import fc from 'fast-check';
import { splitInHalves } from '../../../bench/tune/halves.js';
import { parseRange, type Range, type Setting, shareOf, valueAt } from '../../../bench/tune/ranges.js';
import { isHopeless } from '../../../bench/tune/scorer.js';
import { search, type Trial } from '../../../bench/tune/search.js';
import { UsageError } from '../../../src/core/errors.js';
import { createRandom } from '../../../src/core/random.js';

const ranges: readonly Range[] = [
  { name: 'a', low: 0, high: 1, scale: 'linear' },
  { name: 'b', low: 0.01, high: 1, scale: 'log' },
  { name: 'c', low: 1, high: 20, scale: 'int' },
];

/** A hill with its top, 1, at a = 0.7, b = 0.1, c = 6. */
function hill({ a, b, c }: Setting): number {
  return 1 - (a! - 0.7) ** 2 - Math.log10(b! / 0.1) ** 2 / 4 - ((c! - 6) / 20) ** 2;
}

test('the search climbs a hill, keeps what is not searched and never tries a setting twice', async (t) => {
  const trials: Trial[] = [];
  const best = await search({
    ranges,
    start: { a: 0.1, b: 0.9, c: 18, fixed: 5 },
    score: (setting) => Promise.resolve(hill(setting)),
    random: createRandom(3),
    samples: 10,
    rounds: 4,
    onTrial: (trial) => trials.push(trial),
  });
  t.true(best.score > 0.99, String(best.score));
  t.is(best.setting['fixed'], 5);
  t.is(new Set(trials.map(({ setting }) => JSON.stringify(setting))).size, trials.length);
  t.is(trials.filter((trial) => trial.best).at(-1)?.score, best.score);
});

test('settings that are given up never win, and an abort ends with the best so far', async (t) => {
  const abort = new AbortController();
  let calls = 0;
  const best = await search({
    ranges,
    start: { a: 0.5, b: 0.1, c: 5 },
    score: () => {
      calls += 1;
      if (calls === 5) abort.abort();
      return Promise.resolve(calls === 1 ? 0.5 : null);
    },
    random: createRandom(1),
    samples: 100,
    rounds: 2,
    signal: abort.signal,
  });
  t.is(calls, 5);
  t.deepEqual(best, { setting: { a: 0.5, b: 0.1, c: 5 }, score: 0.5 });
});

test('values stay within their range, and a share is found again', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ranges),
      fc.double({ min: -0.5, max: 1.5, noNaN: true }),
      (range, share) => {
        const value = valueAt(range, share);
        t.true(value >= range.low && value <= range.high);
        const cut = Math.min(1, Math.max(0, share));
        t.true(Math.abs(shareOf(range, value) - cut) <= (range.scale === 'int' ? 0.5 / 19 + 1e-9 : 0.01));
      },
    ),
  );
});

test('ranges are parsed, and wrong ones quoted', (t) => {
  t.deepEqual(parseRange('a=0:0.6'), { name: 'a', low: 0, high: 0.6, scale: 'linear' });
  t.deepEqual(parseRange('a=1e-3:1:log'), { name: 'a', low: 0.001, high: 1, scale: 'log' });
  t.deepEqual(parseRange('a=1:9:int'), { name: 'a', low: 1, high: 9, scale: 'int' });
  for (const text of ['a', 'a=1', 'a=2:1', 'a=x:1', 'a=0:1:log', 'a=1:2:cubic']) {
    const error = t.throws(() => parseRange(text), { instanceOf: UsageError });
    t.true(error.message.startsWith(`--range "${text}"`), error.message);
  }
});

test('halves are disjoint, complete and of about the same difficulty', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 40 }),
      fc.nat(),
      (scores, seed) => {
        const [one, other] = splitInHalves(scores, createRandom(seed));
        t.deepEqual(
          [...one, ...other].sort((a, b) => a - b),
          scores.map((_, index) => index),
        );
        t.true(Math.abs(one.length - other.length) <= 1);
      },
    ),
  );
});

test('a setting is given up only after a third of the sequences, when it is behind by the margin', (t) => {
  const rival = Array<number>(9).fill(0.5);
  const after = (count: number, score: number): Map<number, number> =>
    new Map(Array.from({ length: count }, (_, index) => [index, score]));
  t.false(isHopeless(after(2, 0), rival, 0.03));
  t.true(isHopeless(after(3, 0.4), rival, 0.03));
  t.false(isHopeless(after(3, 0.49), rival, 0.03));
  t.true(isHopeless(after(8, 0.48), rival, 0.03));
  t.false(isHopeless(after(3, 0.9), rival, 0.03));
});
