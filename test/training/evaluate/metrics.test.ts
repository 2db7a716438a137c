import test from 'ava';
import fc from 'fast-check';
import { type Box, boxFromCorner } from '../../../src/core/geometry/box.js';
import {
  type Answer,
  centreError,
  meanOrNull,
  overlap,
  precisionCurve,
  quantile,
  scoreAnswers,
  successCurve,
} from '../../../src/training/evaluate/metrics.js';

const box = (x: number, y: number, width: number, height: number): Box =>
  boxFromCorner({ x, y, width, height });
const seen = (where: Box): Answer => ({ state: 'tracking', box: where, confidence: 1 });
const lost: Answer = { state: 'lost', box: null, confidence: 0 };
const coasting = (where: Box): Answer => ({ state: 'coasting', box: where, confidence: 0 });

const anyBox = fc
  .tuple(
    fc.double({ min: -50, max: 700, noNaN: true }),
    fc.double({ min: -50, max: 500, noNaN: true }),
    fc.double({ min: 0.5, max: 300, noNaN: true }),
    fc.double({ min: 0.5, max: 300, noNaN: true }),
  )
  .map(([x, y, width, height]) => box(x, y, width, height));

test('a perfect tracker scores 20/21: no overlap is greater than 1', (t) => {
  fc.assert(
    fc.property(fc.array(anyBox, { minLength: 1, maxLength: 20 }), (truth) => {
      const scores = scoreAnswers(truth, truth.map(seen));
      t.true(Math.abs(scores.auc - 20 / 21) < 1e-12);
      t.is(scores.precision20, 1);
      t.is(scores.falseAlarmRate, truth.length > 1 ? 0 : null);
      t.is(scores.boxlessRate, 0);
      t.is(scores.coastingRate, 0);
      t.is(scores.trueAbsenceRate, null);
    }),
  );
});

test('the success curve counts overlaps strictly above each threshold', (t) => {
  const curve = successCurve([0, 0.05, 0.5, 1]);
  t.is(curve.length, 21);
  t.is(curve[0], 3 / 4); // 0 is not above 0
  t.is(curve[1], 2 / 4); // 0.05 is not above 0.05
  t.is(curve[9], 2 / 4); // 0.45
  t.is(curve[10], 1 / 4); // 0.5 is not above 0.5
  t.is(curve[19], 1 / 4);
  t.is(curve[20], 0); // 1 is not above 1
});

test('the precision curve counts errors up to and including each distance', (t) => {
  const curve = precisionCurve([0, 20, 20.001, 51, Number.POSITIVE_INFINITY]);
  t.is(curve.length, 51);
  t.is(curve[0], 1 / 5);
  t.is(curve[19], 1 / 5);
  t.is(curve[20], 2 / 5);
  t.is(curve[50], 3 / 5);
});

test('two frames by hand: one exact, one shifted by half its width', (t) => {
  // IoU of the second is 10x20 / (2 * 400 - 200) = 1/3: above 0 … 0.3, seven thresholds; centre error 10
  const truth = [box(0, 0, 20, 20), box(0, 0, 20, 20)];
  const scores = scoreAnswers(truth, [seen(truth[0]!), seen(box(10, 0, 20, 20))]);
  t.true(Math.abs(scores.auc - (20 + 7) / 2 / 21) < 1e-12);
  t.is(scores.precision20, 1);
  t.is(scores.precision[9], 0.5);
});

test('a frame without a box counts overlap 0 and an infinite error', (t) => {
  const truth = [box(0, 0, 20, 20), box(0, 0, 20, 20)];
  const scores = scoreAnswers(truth, [seen(truth[0]!), lost]);
  t.true(Math.abs(scores.auc - 10 / 21) < 1e-12);
  t.is(scores.precision20, 0.5);
  t.is(scores.precision[50], 0.5);
  t.is(scores.boxlessRate, 0.5);
  t.is(scores.falseAlarmRate, 1, 'it had the target in the start frame and let go of it');
});

test('absent frames count only for the absence rate; frames before the init count nowhere', (t) => {
  const here = box(0, 0, 20, 20);
  const idle: Answer = { state: 'idle', box: null, confidence: 0 };
  const truth = [null, here, null, null, null, here];
  const answers = [idle, seen(here), lost, coasting(here), seen(here), seen(here)];
  const scores = scoreAnswers(truth, answers);
  t.true(Math.abs(scores.auc - 20 / 21) < 1e-12);
  t.is(scores.precision20, 1);
  t.is(scores.trueAbsenceRate, 2 / 3);
  t.is(scores.coastingRate, 1 / 5);
  t.is(scores.falseAlarmRate, 0);
});

test('a run that was cut short is scored on the frames answered', (t) => {
  const here = box(0, 0, 20, 20);
  const scores = scoreAnswers([here, here, here], [seen(here)]);
  t.true(Math.abs(scores.auc - 20 / 21) < 1e-12);
  t.throws(() => scoreAnswers([null, here], [lost]), { instanceOf: RangeError });
  t.throws(() => scoreAnswers([null], [lost]), { instanceOf: RangeError });
});

test('both curves are monotonic and the scores lie in 0..1, whatever the answers', (t) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyBox, fc.option(anyBox)), { minLength: 1, maxLength: 30 }), (frames) => {
      const truth = frames.map(([where]) => where);
      const answers = frames.map(([, where]) => (where === null ? lost : seen(where)));
      const { success, precision, auc, precision20 } = scoreAnswers(truth, answers);
      t.true(success.every((value, index) => index === 0 || value <= success[index - 1]!));
      t.true(precision.every((value, index) => index === 0 || value >= precision[index - 1]!));
      for (const value of [auc, precision20]) t.true(value >= 0 && value <= 1);
      // the mean over 21 strict thresholds is the overlap rounded up to the next threshold, at most 1/21 above it
      const meanOverlap = frames.reduce((sum, [a, b]) => sum + overlap(b, a), 0) / frames.length;
      t.true(Math.abs(auc - meanOverlap) <= 1 / 20);
    }),
  );
});

test('a box that is not a number overlaps nothing and is infinitely far', (t) => {
  const bad = { cx: Number.NaN, cy: 1, width: 2, height: 2 };
  t.is(overlap(bad, box(0, 0, 2, 2)), 0);
  t.is(centreError(bad, box(0, 0, 2, 2)), Number.POSITIVE_INFINITY);
});

test('quantiles are nearest rank and means leave out what is not known', (t) => {
  t.is(quantile([5, 1, 3], 0.5), 3);
  t.is(quantile([4, 1, 3, 2], 0.5), 2);
  t.is(
    quantile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.99,
    ),
    99,
  );
  t.is(quantile([7], 0.99), 7);
  t.is(quantile([], 0.5), null);
  t.is(meanOrNull([1, null, 2]), 1.5);
  t.is(meanOrNull([null]), null);
});
