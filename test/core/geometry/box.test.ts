import test from 'ava';
import fc from 'fast-check';
import {
  boxFromCorner,
  boxToCorner,
  centreDistance,
  clampBox,
  intersectionArea,
  iou,
  isValidBox,
} from '../../../src/core/geometry/box.js';

const side = fc.double({ min: 0.5, max: 2000, noNaN: true });
const place = fc.double({ min: -2000, max: 2000, noNaN: true });
const boxes = fc.record({ cx: place, cy: place, width: side, height: side });

test('corner form and centre form are inverse', (t) => {
  fc.assert(
    fc.property(boxes, (box) => {
      const back = boxFromCorner(boxToCorner(box));
      t.true(Math.abs(back.cx - box.cx) < 1e-9 && Math.abs(back.cy - box.cy) < 1e-9);
    }),
  );
});

test('IoU is symmetric, 1 with itself, between 0 and 1', (t) => {
  fc.assert(
    fc.property(boxes, boxes, (a, b) => {
      t.is(iou(a, b), iou(b, a));
      t.true(Math.abs(iou(a, a) - 1) < 1e-9);
      t.true(iou(a, b) >= 0 && iou(a, b) <= 1 + 1e-12);
    }),
  );
});

test('IoU of two half-overlapping squares is one third', (t) => {
  const a = { cx: 5, cy: 5, width: 10, height: 10 };
  const b = { cx: 10, cy: 5, width: 10, height: 10 };
  t.is(intersectionArea(a, b), 50);
  t.true(Math.abs(iou(a, b) - 1 / 3) < 1e-12);
  t.is(centreDistance(a, b), 5);
});

test('IoU with NaN or a degenerate box is 0', (t) => {
  const good = { cx: 5, cy: 5, width: 10, height: 10 };
  t.is(iou(good, { ...good, cx: Number.NaN }), 0);
  t.is(iou(good, { ...good, width: 0 }), 0);
});

test('a box with a zero side, NaN or infinity is not valid', (t) => {
  const good = { cx: 5, cy: 5, width: 10, height: 10 };
  t.true(isValidBox(good));
  t.false(isValidBox({ ...good, width: 0 }));
  t.false(isValidBox({ ...good, height: -1 }));
  t.false(isValidBox({ ...good, cy: Number.NaN }));
  t.false(isValidBox({ ...good, cx: Number.POSITIVE_INFINITY }));
});

test('clamping keeps the centre in the frame and the sides within limits', (t) => {
  const box = clampBox({ cx: -20, cy: 500, width: 1, height: 900 }, { width: 640, height: 360 });
  t.deepEqual(box, { cx: 0, cy: 360, width: 4, height: 360 });
});
