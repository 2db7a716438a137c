import test from 'ava';
import fc from 'fast-check';
import { type Box, boxFromCorner } from '../../../src/core/geometry/box.js';
import type { Answer } from '../../../src/training/evaluate/answer.js';
import {
  distribution,
  falseAlarms,
  reacquisitions,
  settledFrames,
  switches,
} from '../../../src/training/evaluate/honesty.js';
import { bestPoint, longTermCurve, longTermScores } from '../../../src/training/evaluate/long-term.js';
import { type ScoredFrame, scoredFrames } from '../../../src/training/evaluate/scored-frames.js';

const here = boxFromCorner({ x: 0, y: 0, width: 20, height: 20 });
/** IoU with `here`: 10 x 20 / (2 * 400 - 200) = 1/3. */
const half = boxFromCorner({ x: 10, y: 0, width: 20, height: 20 });
const elsewhere = boxFromCorner({ x: 50, y: 0, width: 20, height: 20 });

const answer = (state: Answer['state'], box: Box | null, confidence = 1): Answer => ({
  state,
  box,
  confidence,
});
const seen = answer('tracking', here);
const lost = answer('lost', null, 0);

/** Frames after a start: truth `p`resent or `a`bsent; answers one a frame. */
function frames(truth: string, answers: readonly Answer[]): ScoredFrame[] {
  const boxes = [here, ...Array.from(truth, (letter) => (letter === 'p' ? here : null))];
  return scoredFrames(boxes, [seen, ...answers]);
}

const close = (a: number | undefined | null, b: number): boolean => Math.abs((a ?? Number.NaN) - b) < 1e-12;

test('precision, recall and F-score at a threshold are those computed by hand', (t) => {
  // present: exact at 0.9, a third at 0.6, no box; absent: a box at 0.7
  const run = frames('pppa', [
    answer('tracking', here, 0.9),
    answer('tracking', half, 0.6),
    lost,
    answer('tracking', here, 0.7),
  ]);
  const all = longTermScores(run, 0.6);
  t.true(close(all?.precision, (1 + 1 / 3 + 0) / 3));
  t.true(close(all?.recall, (1 + 1 / 3) / 3));
  const sure = longTermScores(run, 0.9);
  t.is(sure?.precision, 1);
  t.true(close(sure?.recall, 1 / 3));
  t.true(close(sure?.fScore, 0.5));
  const none = longTermScores(run, 0.95);
  t.deepEqual(none, { precision: 1, recall: 0, fScore: 0 });
});

test('a frame without a box lies below every threshold, whatever its confidence says', (t) => {
  const run = frames('pp', [answer('tracking', here, 0.2), answer('lost', null, 0.99)]);
  t.deepEqual(longTermCurve([run])?.thresholds, [0.2]);
  t.is(longTermScores(run, 0)?.recall, 1 / 2);
});

test('the curve averages precision and recall over sequences before the F-score, and the best point is its greatest', (t) => {
  const perfect = frames('pp', [answer('tracking', here, 0.8), answer('tracking', here, 0.8)]);
  const wrong = frames('pp', [answer('tracking', elsewhere, 0.3), answer('tracking', elsewhere, 0.3)]);
  const curve = longTermCurve([perfect, wrong])!;
  t.deepEqual(curve.thresholds, [0.3, 0.8]);
  t.deepEqual(curve.points[0], { precision: 0.5, recall: 0.5, fScore: 0.5 });
  // from 0.8 on the second sequence answers nothing: precision 1, recall 0
  t.is(curve.points[1]?.precision, 1);
  t.is(curve.points[1]?.recall, 0.5);
  t.true(close(curve.points[1]?.fScore, 2 / 3));
  t.is(bestPoint(curve).threshold, 0.8);
});

test('sequences without a present frame do not count, and without any box there is no curve', (t) => {
  t.is(longTermCurve([frames('pp', [lost, lost])]), null);
  t.is(longTermCurve([frames('aa', [seen, seen])]), null);
  t.is(longTermScores(frames('aa', [seen, seen]), 0), null);
});

test('the curve agrees with the definition at every one of its thresholds', (t) => {
  const anyAnswer = fc
    .tuple(fc.constantFrom(here, half, elsewhere, null), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([box, confidence]) => answer('tracking', box, confidence));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), anyAnswer), { minLength: 1, maxLength: 40 }), (list) => {
      const run = frames(
        list.map(([present]) => (present ? 'p' : 'a')).join(''),
        list.map(([, one]) => one),
      );
      const curve = longTermCurve([run]);
      const present = run.filter(({ truth }) => truth !== null).length;
      curve?.thresholds.forEach((threshold, index) => {
        const answered = run.filter(
          (frame) => frame.answer.box !== null && frame.answer.confidence >= threshold,
        );
        const sum = answered.reduce((total, { overlap }) => total + overlap, 0);
        t.true(close(curve.points[index]?.precision, sum / answered.length));
        t.true(close(curve.points[index]?.recall, sum / present));
      });
    }),
  );
});

test('a doubt about a target that it had is a false alarm, as long as it lasts', (t) => {
  const doubt = answer('coasting', here, 0.1);
  t.deepEqual(falseAlarms(frames('pppp', [seen, doubt, seen, seen])), { held: 4, doubted: 1 });
  t.deepEqual(falseAlarms(frames('pppp', [seen, lost, lost, seen])), { held: 4, doubted: 2 });
});

test('doubting a box that is off the target, or losing an absent target, is no false alarm', (t) => {
  const off = answer('coasting', elsewhere, 0.1);
  t.deepEqual(falseAlarms(frames('ppp', [seen, off, lost])), { held: 1, doubted: 0 });
  t.deepEqual(falseAlarms(frames('paap', [seen, lost, lost, lost])), { held: 1, doubted: 0 });
});

test('a switch is ten frames on end that are called tracking beside the target', (t) => {
  const away = answer('tracking', elsewhere);
  const run = (count: number, after: readonly Answer[] = []): ScoredFrame[] =>
    frames('p'.repeat(count + after.length), [...Array<Answer>(count).fill(away), ...after]);
  t.is(settledFrames, 10);
  t.deepEqual(switches(run(9, [seen])), { times: 0, frames: 0 });
  t.deepEqual(switches(run(10)), { times: 1, frames: 10 });
  t.deepEqual(switches(run(12, [seen, ...Array<Answer>(11).fill(away)])), { times: 2, frames: 23 });
  // nor where it touches the target, doubts, or the target is absent
  t.deepEqual(switches(frames('p'.repeat(12), Array<Answer>(12).fill(answer('tracking', half)))).times, 0);
  t.deepEqual(
    switches(frames('p'.repeat(12), Array<Answer>(12).fill(answer('coasting', elsewhere)))).times,
    0,
  );
  t.deepEqual(switches(frames('a'.repeat(12), Array<Answer>(12).fill(away))).times, 0);
});

test('the frames to re-acquire count from the first frame of every return', (t) => {
  const away = answer('tracking', elsewhere);
  const doubt = answer('coasting', here);
  const run = frames('paappppaapapp', [
    seen,
    lost,
    lost,
    lost, // returns: not yet
    doubt, // on it, but does not say that it sees it
    seen, // third frame
    seen,
    lost,
    lost,
    away, // returns for one frame
    lost,
    seen, // at once
    seen,
  ]);
  t.deepEqual(reacquisitions(run), [3, null, 1]);
  t.deepEqual(distribution(reacquisitions(run)), { returns: 3, found: 2, mean: 2, median: 1, p90: 3 });
  t.deepEqual(distribution([]), { returns: 0, found: 0, mean: null, median: null, p90: null });
});

test('the start frame, answered by the truth, counts nowhere', (t) => {
  t.is(scoredFrames([null, here, here], [lost, seen, seen]).length, 1);
  t.deepEqual(scoredFrames([null, null], [lost, lost]), []);
});
