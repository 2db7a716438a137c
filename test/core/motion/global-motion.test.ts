import test from 'ava';
import { estimateGlobalMotion } from '../../../src/core/motion/global-motion.js';
import { applyMatrix, invertMatrix, type Matrix3 } from '../../../src/core/motion/matrix.js';
import { warpLuma } from '../../../src/core/motion/warp.js';
import { createTexture, isInside, renderLuma } from '../../training/ingest/rendered.js';

const size = { width: 240, height: 160 };
const texture = createTexture(5);

/** The ground after the camera moved: a point p of the previous picture shows up at matrix * p. */
function moved(matrix: Matrix3): Uint8Array {
  const inverse = invertMatrix(matrix);
  return renderLuma(size, (x, y) => {
    const source = applyMatrix(inverse, { x, y });
    return texture(source.x, source.y);
  });
}

/** Largest error over the picture's corners and centre, pixels. */
function worstError(found: Matrix3, truth: Matrix3): number {
  const points = [
    [20, 20],
    [220, 20],
    [20, 140],
    [220, 140],
    [120, 80],
  ] as const;
  return Math.max(
    ...points.map(([x, y]) => {
      const [a, b] = [applyMatrix(found, { x, y }), applyMatrix(truth, { x, y })];
      return Math.hypot(a.x - b.x, a.y - b.y);
    }),
  );
}

const motions: Record<string, Matrix3> = {
  'a shift of many pixels': [1, 0, 11.3, 0, 1, -7.6, 0, 0, 1],
  'a rotation with zoom': [
    1.03 * Math.cos(0.04),
    -1.03 * Math.sin(0.04),
    4,
    1.03 * Math.sin(0.04),
    1.03 * Math.cos(0.04),
    -5,
    0,
    0,
    1,
  ],
  'a perspective change': [1.01, 0.01, 2, -0.01, 0.99, 3, 1.5e-4, -1e-4, 1],
};

for (const [name, truth] of Object.entries(motions)) {
  test(`${name} is recovered to a third of a pixel`, (t) => {
    const { matrix, inlierShare } = estimateGlobalMotion(
      moved([1, 0, 0, 0, 1, 0, 0, 0, 1]),
      moved(truth),
      size,
    );
    t.true(worstError(matrix, truth) < 0.34, `${worstError(matrix, truth)}`);
    t.true(inlierShare > 0.8, `${inlierShare}`);
  });
}

test('an object that moves by itself does not bend the estimate', (t) => {
  const object = createTexture(77, 5);
  const draw = (shift: number, x0: number) => {
    const box = { x: x0, y: 40, width: 80, height: 60 };
    return renderLuma(size, (x, y) => (isInside(box, x, y) ? object(x - x0, y) : texture(x - shift, y)));
  };
  const { matrix, inlierShare } = estimateGlobalMotion(draw(0, 60), draw(3, 50), size);
  t.true(worstError(matrix, [1, 0, 3, 0, 1, 0, 0, 0, 1]) < 0.34);
  t.true(inlierShare > 0.5 && inlierShare < 0.95);
});

test('corners inside ignored boxes are not followed', (t) => {
  const ground = moved([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const all = { cx: 120, cy: 80, width: 240, height: 160 };
  t.is(estimateGlobalMotion(ground, ground, size, { ignore: [all] }).points, 0);
});

test('without anything to follow the answer is the identity, and not believed', (t) => {
  const flat = new Uint8Array(size.width * size.height).fill(90);
  t.deepEqual(estimateGlobalMotion(flat, flat, size), {
    matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    inlierShare: 0,
    points: 0,
  });
});

test('a picture shorter than its size is refused', (t) => {
  t.throws(() => estimateGlobalMotion(new Uint8Array(10), new Uint8Array(10), size), { message: /240x160/ });
});

test('warping by a whole shift copies pixels and marks what has no source', (t) => {
  const source = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const out = new Uint8Array(6);
  const valid = new Uint8Array(6);
  warpLuma(source, { width: 3, height: 2 }, [1, 0, 1, 0, 1, 0, 0, 0, 1], out, valid);
  t.deepEqual([...out], [2, 3, 0, 5, 6, 0]);
  t.deepEqual([...valid], [1, 1, 0, 1, 1, 0]);
});
