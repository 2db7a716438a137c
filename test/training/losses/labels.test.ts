import test from 'ava';
import { responseLabels } from '../../../src/training/losses/labels.js';
import { nano, networkGeometry } from '../../../src/training/network/spec.js';

const geometry = networkGeometry(nano);
const cellAt = (row: number, column: number): number => row * 16 + column;

test('the nano network has 8 and 16 cells, stride 16, and looks at pixel 0.5 first', (t) => {
  t.deepEqual(geometry, { templateCells: 8, searchCells: 16, channels: 96, stride: 16, offset: 0.5 });
});

test('cells near the centre are positive, cells outside the ellipse negative, the rest ignored', (t) => {
  const box = { cx: 128.5, cy: 96.5, width: 96, height: 64 };
  const { positive, negative } = responseLabels([box], geometry);
  t.true(positive[cellAt(6, 8)]! > 0);
  t.is(negative[cellAt(6, 8)], 0);
  t.is(positive[cellAt(6, 10)], 0, '32 px off, beyond half of the half width');
  t.is(negative[cellAt(6, 10)], 0, 'but inside the ellipse');
  t.is(negative[cellAt(6, 12)], 1);
  t.true(Math.abs(positive.reduce((a, b) => a + b) - 1) < 1e-6);
});

test('a target smaller than a cell still has exactly the nearest cell', (t) => {
  const { positive } = responseLabels([{ cx: 40, cy: 200, width: 4, height: 4 }], geometry);
  t.is(positive[cellAt(12, 2)], 1);
  t.is(positive.filter((value) => value > 0).length, 1);
});

test('distances from a cell to the sides add up to the box, in cells', (t) => {
  const box = { cx: 120, cy: 130, width: 80, height: 48 };
  const { distances } = responseLabels([box], geometry);
  const [left, top, right, bottom] = distances.subarray(cellAt(8, 7) * 4);
  t.true(Math.abs(left! + right! - 80 / 16) < 1e-5);
  t.true(Math.abs(top! + bottom! - 48 / 16) < 1e-5);
  t.true(Math.abs((right! - left!) / 2 - (120 - 112.5) / 16) < 1e-5);
});
