import test from 'ava';
import fc from 'fast-check';
import { createRandom } from '../../../src/core/random.js';
import { type Claim, claimsOf, reliability } from '../../../src/training/evaluate/reliability.js';
import { scoredFrames } from '../../../src/training/evaluate/scored-frames.js';

const claims = (confidence: number, correct: number, of: number): Claim[] =>
  Array.from({ length: of }, (_, index) => ({ confidence, correct: index < correct }));

test('the calibration error is the mean gap, weighted by how often it is claimed', (t) => {
  // 8 claims of 0.9, 6 right (gap 0.15); 2 claims of 0.3, none right (gap 0.3)
  const found = reliability([...claims(0.9, 6, 8), ...claims(0.3, 0, 2)])!;
  t.true(Math.abs(found.ece - (0.8 * 0.15 + 0.2 * 0.3)) < 1e-12);
  t.is(found.frames, 10);
  const bin = found.bins[13]!; // 13/15 < 0.9 <= 14/15
  t.is(bin.frames, 8);
  t.is(bin.accuracy, 0.75);
  t.true(Math.abs(bin.confidence! - 0.9) < 1e-12);
  t.is(found.bins.length, 15);
  t.is(found.bins[0]?.accuracy, null);
});

test('a bin holds its upper edge, and the first one 0', (t) => {
  const found = reliability([...claims(0, 0, 1), ...claims(1 / 15, 0, 1), ...claims(1, 1, 1)])!;
  t.deepEqual(
    found.bins.map(({ frames }) => frames),
    [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  );
});

test('claims that are probabilities have nearly no error, claims of certainty the share of the wrong', (t) => {
  const random = createRandom(3);
  const honest = Array.from({ length: 60_000 }, () => {
    const confidence = random.next();
    return { confidence, correct: random.chance(confidence) };
  });
  const found = reliability(honest)!;
  t.true(found.ece < 0.012 && found.adaptiveEce < 0.012, `${found.ece} ${found.adaptiveEce}`);
  const sure = reliability(claims(1, 70, 100))!;
  t.true(Math.abs(sure.ece - 0.3) < 1e-12);
  t.true(Math.abs(sure.adaptiveEce - 0.3) < 1e-12);
});

test('adaptive bins see what crowds in one bin: half of a narrow band right, half wrong', (t) => {
  // all in the bin (14/15, 1]; 0.95 is never right, 0.99 always: the equal bin averages the two away
  const crowd = [...claims(0.95, 0, 50), ...claims(0.99, 50, 50)];
  const found = reliability(crowd)!;
  t.true(Math.abs(found.ece - Math.abs(0.5 - 0.97)) < 1e-12);
  t.true(Math.abs(found.adaptiveEce - (0.5 * 0.95 + 0.5 * 0.01)) < 1e-12);
});

test('the order of the frames does not matter, and the errors lie in 0..1', (t) => {
  const claim = fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), correct: fc.boolean() });
  fc.assert(
    fc.property(fc.array(claim, { minLength: 1, maxLength: 60 }), (list) => {
      const a = reliability(list)!;
      const b = reliability([...list].reverse())!;
      t.true(Math.abs(a.ece - b.ece) < 1e-9 && Math.abs(a.adaptiveEce - b.adaptiveEce) < 1e-9);
      t.true(a.ece >= 0 && a.ece <= 1 && a.adaptiveEce >= 0 && a.adaptiveEce <= 1);
    }),
  );
  t.is(reliability([]), null);
});

test('frames with a box claim to be on the target; without a box they claim nothing', (t) => {
  const here = { cx: 10, cy: 10, width: 20, height: 20 };
  const off = { ...here, cx: 20 }; // overlap 1/3
  const said = (box: typeof here | null, confidence: number) => ({
    state: 'tracking' as const,
    box,
    confidence,
  });
  const frames = scoredFrames(
    [here, here, here, null, here],
    [said(here, 1), said(here, 0.8), said(off, 0.6), said(here, 0.4), said(null, 0.2)],
  );
  t.deepEqual(claimsOf(frames), [
    { confidence: 0.8, correct: true },
    { confidence: 0.6, correct: false },
    { confidence: 0.4, correct: false },
  ]);
});
