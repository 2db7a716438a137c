import test from 'ava';
import fc from 'fast-check';
import { createRandom } from '../../../../src/core/random.js';
import { gram, solvePositive } from '../../../../src/core/tracking/siamese/least-squares.js';

/** Rows of random values, and their products summed one after the other. */
function example(seed: number, width: number, count: number) {
  const random = createRandom(seed);
  const stride = count + 3;
  const rows = Float32Array.from({ length: width * stride }, () => random.next() - 0.5);
  const products = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i += 1) sum += rows[a * stride + i]! * rows[b * stride + i]!;
    return sum;
  };
  return { rows, stride, products };
}

const sizes = fc.record({
  seed: fc.nat(),
  width: fc.integer({ min: 1, max: 11 }),
  count: fc.integer({ min: 1, max: 20 }),
});

test('the products of all rows are those of each two, to the bit', (t) => {
  fc.assert(
    fc.property(sizes, ({ seed, width, count }) => {
      const { rows, stride, products } = example(seed, width, count);
      const out = new Float64Array(width * width).fill(-7);
      gram(rows, { width, stride, count }, out);
      return Array.from({ length: width * width }, (_, at) => at).every((at) => {
        const [a, b] = [Math.floor(at / width), at % width];
        return out[at] === (b < a ? -7 : products(a, b));
      });
    }),
  );
  t.pass();
});

test('a solution solves its equations, whatever lies above the diagonal', (t) => {
  fc.assert(
    fc.property(sizes, ({ seed, width: n }) => {
      const { products } = example(seed, n, n + 2);
      const entry = (a: number, b: number): number => products(a, b) + (a === b ? 0.5 : 0);
      const matrix = Float64Array.from({ length: n * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        return j > i ? Number.NaN : entry(i, j);
      });
      const truth = Float64Array.from({ length: n }, (_, i) => Math.sin(seed + i));
      const x = truth.map((_, i) => truth.reduce((sum, value, j) => sum + entry(i, j) * value, 0));
      solvePositive(matrix, x);
      return x.every((value, i) => Math.abs(value - truth[i]!) < 1e-9);
    }),
  );
  t.pass();
});
