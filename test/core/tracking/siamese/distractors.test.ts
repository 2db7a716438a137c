import test from 'ava';
import type { Box } from '../../../../src/core/geometry/box.js';
import { Distractors, plausibility } from '../../../../src/core/tracking/siamese/distractors.js';

const box = (cx: number, cy = 100): Box => ({ cx, cy, width: 40, height: 40 });

test('a peak seen three times is a distractor and is predicted along its way', (t) => {
  const distractors = new Distractors();
  for (let frame = 0; frame < 12; frame += 1) {
    distractors.predict();
    distractors.update([{ box: box(100 + 4 * frame), score: 0.6 }]);
    t.is(distractors.list.length, frame < 2 ? 0 : 1);
  }
  distractors.predict();
  const [known] = distractors.list;
  t.true(Math.abs(known!.box.cx - 148) < 4, String(known!.box.cx));
  t.is(known!.score, 0.6);
  t.true(distractors.claim(box(148)) > 0.8);
  t.true(distractors.claim(box(250)) < 1e-6);
});

test('two distractors that stay apart are two; one that is gone is forgotten', (t) => {
  const distractors = new Distractors();
  for (let frame = 0; frame < 5; frame += 1) {
    distractors.predict();
    distractors.update([
      { box: box(100), score: 0.5 },
      { box: box(220), score: 0.7 },
    ]);
  }
  t.deepEqual(
    distractors.list.map(({ score }) => score),
    [0.5, 0.7],
  );
  for (let frame = 0; frame < 7; frame += 1) {
    distractors.predict();
    distractors.update([{ box: box(220), score: 0.7 }]);
  }
  t.deepEqual(
    distractors.list.map(({ score }) => score),
    [0.7],
  );
});

test('a place is plausible where it was expected, and hardly at one target size beside', (t) => {
  t.is(plausibility(box(100), box(100)), 1);
  t.true(plausibility(box(100), box(112)) > 0.55);
  t.true(plausibility(box(100), box(140)) < 0.01);
});

test('a place that was not believed is taken in without the others being missed', (t) => {
  const distractors = new Distractors();
  for (let frame = 0; frame < 12; frame += 1) {
    distractors.predict();
    if (frame < 3) distractors.update([{ box: box(100), score: 0.5 }]);
    else distractors.add({ box: box(260), score: 0.8 });
  }
  t.deepEqual(
    distractors.list.map(({ score }) => score),
    [0.5, 0.8],
  );
});

test('the less is known of the place, the farther off is plausible', (t) => {
  t.true(plausibility(box(100), box(140), 40) > 0.5);
});
