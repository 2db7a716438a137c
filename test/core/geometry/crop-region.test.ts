import test from 'ava';
import fc from 'fast-check';
import {
  contextSide,
  searchRegion,
  templateRegion,
  toCrop,
  toImage,
} from '../../../src/core/geometry/crop-region.js';

const side = fc.double({ min: 0.5, max: 2000, noNaN: true });
const place = fc.double({ min: -2000, max: 2000, noNaN: true });
const boxes = fc.record({ cx: place, cy: place, width: side, height: side });
const regions = fc.record({ cx: place, cy: place, side: fc.double({ min: 1, max: 4000, noNaN: true }) });

test('crop coordinates and image coordinates are exact inverses', (t) => {
  fc.assert(
    fc.property(boxes, regions, fc.integer({ min: 31, max: 511 }), (box, region, cropSize) => {
      const back = toImage(toCrop(box, region, cropSize), region, cropSize);
      const tolerance =
        1e-9 *
        (1 + Math.abs(box.cx) + Math.abs(box.cy) + region.side + Math.abs(region.cx) + Math.abs(region.cy));
      for (const key of ['cx', 'cy', 'width', 'height'] as const)
        t.true(Math.abs(back[key] - box[key]) <= tolerance * 10);
    }),
  );
});

test('a square box of side a gets a context square of side 2a at SiamFC’s context 0.5', (t) => {
  t.is(contextSide({ cx: 0, cy: 0, width: 10, height: 10 }, 0.5), 20);
});

test('the search region has the scale of the template region', (t) => {
  const box = { cx: 50, cy: 60, width: 20, height: 40 };
  const template = templateRegion(box, 0.5);
  const search = searchRegion(box, 0.5, { templateSize: 127, searchSize: 255 });
  t.true(Math.abs(search.side / 255 - template.side / 127) < 1e-12);
  t.is(search.cx, 50);
  t.is(search.cy, 60);
});
