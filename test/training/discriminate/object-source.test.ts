import test from 'ava';
import fc from 'fast-check';
import { iou, isValidBox } from '../../../src/core/geometry/box.js';
import { createRandom } from '../../../src/core/random.js';
import { retrievalShare } from '../../../src/training/discriminate/embedding-step.js';
import { ObjectBatch } from '../../../src/training/discriminate/object-batch.js';
import { backgroundBox } from '../../../src/training/discriminate/object-source.js';

test('a background crop never overlaps its object by 0.3 or more, and has about its size', (t) => {
  const share = fc.double({ min: 0.02, max: 1.2, noNaN: true });
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const seed = fc.integer({ min: 0, max: 2 ** 31 });
  const frame = { width: 320, height: 180 };
  fc.assert(
    fc.property(share, share, place, place, seed, (width, height, x, y, draw) => {
      const object = { cx: x * 320, cy: y * 180, width: width * 320, height: height * 180 };
      const box = backgroundBox(object, frame, createRandom(draw));
      t.true(isValidBox(box));
      t.true(iou(box, object) < 0.3, JSON.stringify({ object, box }));
      t.true(Math.abs(Math.log(box.width / object.width)) <= Math.log(1.3) + 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('an object in the middle of the frame has its background inside the frame', (t) => {
  const object = { cx: 160, cy: 90, width: 40, height: 30 };
  const random = createRandom(1);
  for (let i = 0; i < 200; i += 1) {
    const { cx, cy } = backgroundBox(object, { width: 320, height: 180 }, random);
    t.true(cx >= 0 && cx <= 320 && cy >= 0 && cy <= 180);
  }
});

test('retrieval counts the anchors whose other view is closer than all backgrounds of their own', (t) => {
  const [east, north, west, diagonal] = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [Math.SQRT1_2, Math.SQRT1_2],
  ] as const;
  const share = (...rows: (readonly [number, number])[]): number =>
    retrievalShare(Float32Array.from(rows.flat()), 2, 2);
  // anchors, positives, two backgrounds each
  t.is(share(east, north, east, north, north, west, east, west), 1);
  t.is(share(east, north, diagonal, north, east, west, east, west), 0.5, 'a background equals the anchor');
  t.is(share(east, north, diagonal, diagonal, diagonal, west, diagonal, west), 0, 'a tie is not a find');
  // the second anchor's backgrounds are nothing to the first
  t.is(share(east, north, diagonal, north, north, west, east, east), 1);
});

test('anchors, positives and backgrounds share the memory in this order and do not overlap', (t) => {
  const shape = { spec: { templateSize: 5 }, objects: 2, backgrounds: 3 };
  const batch = new ObjectBatch(shape);
  t.is(batch.crops.length, 2 * 5 * 75);
  const crops = [
    batch.anchor(0),
    batch.anchor(1),
    batch.positive(0),
    batch.positive(1),
    ...[0, 1, 2].map((k) => batch.background(0, k)),
    ...[0, 1, 2].map((k) => batch.background(1, k)),
  ];
  crops.forEach((crop, index) => crop.fill(index + 1));
  t.deepEqual(
    [...batch.crops],
    crops.flatMap((_, index) => new Array<number>(75).fill(index + 1)),
  );
  t.is(new ObjectBatch(shape, batch.buffer).background(1, 2)[0], 10, 'another view of the same memory');
});
