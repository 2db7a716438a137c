import test from 'ava';
import { pasteEllipse, pasteRectangle } from '../../../src/training/data/composite.js';

const size = 20;
const box = { cx: 10, cy: 8, width: 8, height: 6 };
const level = (crop: Uint8Array, x: number, y: number): number => crop[(y * size + x) * 3]!;
const plain = (value: number): Uint8Array => new Uint8Array(size * size * 3).fill(value);

test('an ellipse is laid whole inside, fades at its rim and touches nothing beyond', (t) => {
  const base = plain(0);
  pasteEllipse(base, plain(200), size, box, 1);
  t.is(level(base, 9, 7), 200);
  t.is(level(base, 10, 8), 200);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const squared = ((x + 0.5 - 10) / 4) ** 2 + ((y + 0.5 - 8) / 3) ** 2;
      if (squared >= 1) t.is(level(base, x, y), 0);
      else if (squared < 0.64) t.is(level(base, x, y), 200);
      else t.true(level(base, x, y) < 200);
    }
  }
});

test('a rectangle has hard edges; what reaches beyond the crop is cut off', (t) => {
  const base = plain(0);
  pasteRectangle(base, plain(200), size, box);
  t.is(base.filter((value) => value === 200).length, 8 * 6 * 3);
  t.is(level(base, 6, 5), 200);
  t.is(level(base, 5, 5), 0);
  const corner = plain(0);
  pasteRectangle(corner, plain(200), size, { cx: 0, cy: 0, width: 8, height: 6 });
  t.is(corner.filter((value) => value === 200).length, 4 * 3 * 3);
  for (const paste of [pasteRectangle, pasteEllipse]) {
    const outside = plain(0);
    paste(outside, plain(200), size, { cx: -50, cy: 200, width: 8, height: 6 });
    t.true(outside.every((value) => value === 0));
  }
});
