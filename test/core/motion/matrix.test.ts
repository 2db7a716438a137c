import test from 'ava';
import fc from 'fast-check';
import {
  applyMatrix,
  identityMatrix,
  invertMatrix,
  type Matrix3,
  multiplyMatrices,
} from '../../../src/core/motion/matrix.js';

const near = fc.double({ min: -0.2, max: 0.2, noNaN: true });
const shift = fc.double({ min: -50, max: 50, noNaN: true });
const bend = fc.double({ min: -1e-4, max: 1e-4, noNaN: true });
const coordinate = fc.double({ min: 0, max: 500, noNaN: true });
const matrix = fc
  .tuple(near, near, shift, near, near, shift, bend, bend)
  .map(([a, b, c, d, e, f, g, h]): Matrix3 => [1 + a, b, c, d, 1 + e, f, g, h, 1]);

test('a point taken there and back again is where it was', (t) => {
  fc.assert(
    fc.property(matrix, coordinate, coordinate, (m, x, y) => {
      const back = applyMatrix(invertMatrix(m), applyMatrix(m, { x, y }));
      return Math.hypot(back.x - x, back.y - y) < 1e-6;
    }),
  );
  t.pass();
});

test('a product applies its right factor first', (t) => {
  const scale: Matrix3 = [2, 0, 0, 0, 2, 0, 0, 0, 1];
  const move: Matrix3 = [1, 0, 3, 0, 1, 4, 0, 0, 1];
  t.deepEqual(applyMatrix(multiplyMatrices(scale, move), { x: 1, y: 1 }), { x: 8, y: 10 });
  t.deepEqual(multiplyMatrices(identityMatrix, move), move);
});

test('a singular matrix has no inverse and says so', (t) => {
  t.throws(() => invertMatrix([1, 1, 0, 1, 1, 0, 0, 0, 1]), {
    instanceOf: RangeError,
    message: /no inverse/,
  });
});
