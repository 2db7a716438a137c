import test from 'ava';
import fc from 'fast-check';
import type { Box } from '../../../../src/core/geometry/box.js';
import { BoxCalibration } from '../../../../src/core/tracking/siamese/box-calibration.js';

const selected: Box = { cx: 100, cy: 80, width: 20, height: 60 };
/** The upper half of it, and wider. */
const seen: Box = { cx: 102, cy: 65, width: 30, height: 30 };

const near = (a: Box, b: Box): boolean =>
  (['cx', 'cy', 'width', 'height'] as const).every((key) => Math.abs(a[key] - b[key]) < 1e-9);

test('what was seen in the first frame is answered as it was selected', (t) => {
  t.true(near(new BoxCalibration(selected, seen, 1).restore(seen), selected));
});

test('the difference moves and grows with what is seen', (t) => {
  const later = { cx: 302, cy: 165, width: 60, height: 60 };
  const expected = { cx: 298, cy: 195, width: 40, height: 120 };
  t.true(near(new BoxCalibration(selected, seen, 1).restore(later), expected));
});

test('without a share, and without a difference, nothing changes', (t) => {
  t.true(near(new BoxCalibration(selected, seen, 0).restore(seen), seen));
  t.true(near(new BoxCalibration(seen, seen, 1).restore(selected), selected));
});

test('an absurd sighting changes a side by a factor of four at most, and a centre by a side', (t) => {
  const side = fc.double({ min: 0.1, max: 1e4, noNaN: true });
  const place = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  const box = fc.record({ cx: place, cy: place, width: side, height: side });
  fc.assert(
    fc.property(box, box, box, (one, other, shown) => {
      const answer = new BoxCalibration(one, other, 1).restore(shown);
      const within = (value: number, least: number, most: number): boolean =>
        value >= least * (1 - 1e-9) - 1e-6 && value <= most * (1 + 1e-9) + 1e-6;
      return (
        within(answer.width / shown.width, 0.25, 4) &&
        within(answer.height / shown.height, 0.25, 4) &&
        within(Math.abs(answer.cx - shown.cx) / shown.width, 0, 1) &&
        within(Math.abs(answer.cy - shown.cy) / shown.height, 0, 1)
      );
    }),
  );
  t.pass();
});
