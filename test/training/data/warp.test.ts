import test from 'ava';
import fc from 'fast-check';
import { inverseWarp, makeWarp, rescaleWarp, type Warp, warpBox } from '../../../src/training/data/warp.js';

const plain = {
  centre: { x: 200, y: 100 },
  side: 128,
  rotation: 0,
  aspect: 1,
  shear: 0,
  perspective: { x: 0, y: 0 },
  mirror: false,
};

function apply([a, b, c, d, e, f, g, h, i]: Warp, x: number, y: number): { x: number; y: number } {
  const w = g * x + h * y + i;
  return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
}

test('a plain warp maps the crop onto its square in the image', (t) => {
  const warp = makeWarp(plain, 64);
  t.deepEqual(apply(warp, 32, 32), { x: 200, y: 100 });
  t.deepEqual(apply(warp, 0, 0), { x: 136, y: 36 });
  t.deepEqual(warpBox({ cx: 200, cy: 100, width: 40, height: 20 }, warp), {
    cx: 32,
    cy: 32,
    width: 20,
    height: 10,
  });
});

test('image to crop is the inverse of crop to image, whatever the warp', (t) => {
  const angle = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(angle, angle, angle, angle, fc.boolean(), (rotation, shear, px, py, mirror) => {
      const perspective = { x: 0.2 * px, y: 0.2 * py };
      const warp = makeWarp({ ...plain, rotation, shear: shear / 3, perspective, mirror, aspect: 1.2 }, 64);
      const image = apply(warp, 11, 47);
      const back = inverseWarp(warp, image);
      t.true(Math.abs(back.x - 11) < 1e-6 && Math.abs(back.y - 47) < 1e-6);
      const centre = apply(warp, 32, 32);
      t.true(Math.hypot(centre.x - 200, centre.y - 100) < 1e-6);
    }),
  );
});

test('a quarter turn exchanges width and height; an eighth gives the ellipse’s box, not the rectangle’s', (t) => {
  const box = { cx: 200, cy: 100, width: 40, height: 20 };
  const quarter = warpBox(box, makeWarp({ ...plain, rotation: Math.PI / 2 }, 128));
  t.true(Math.abs(quarter.width - 20) < 1e-6 && Math.abs(quarter.height - 40) < 1e-6);
  const eighth = warpBox(box, makeWarp({ ...plain, rotation: Math.PI / 4 }, 128));
  t.true(Math.abs(eighth.width - Math.sqrt(40 * 40 + 20 * 20) / Math.SQRT2) < 1e-6);
});

test('the same view at another size looks at the same image points', (t) => {
  const warp = makeWarp({ ...plain, rotation: 0.3, perspective: { x: 0.1, y: -0.1 } }, 64);
  const small = rescaleWarp(warp, 64, 16);
  const [a, b] = [apply(warp, 40, 12), apply(small, 10, 3)];
  t.true(Math.hypot(a.x - b.x, a.y - b.y) < 1e-9);
});
