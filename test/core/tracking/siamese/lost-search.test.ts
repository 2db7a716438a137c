import test from 'ava';
import type { CropRegion } from '../../../../src/core/geometry/crop-region.js';
import { lostSearchRegions } from '../../../../src/core/tracking/siamese/lost-search.js';

const frame = { width: 640, height: 360 };
const last = { cx: 200, cy: 150, side: 100 };

function looks(count: number, region: CropRegion, size = frame): CropRegion[] {
  const search = lostSearchRegions(region, size, { widen: 1.6 });
  return Array.from({ length: count }, () => search.next().value);
}

test('every second look goes to where the target was last believed, plain and wider by turns', (t) => {
  const regions = looks(5, last);
  t.deepEqual(regions[0], last);
  t.deepEqual(regions[2], { ...last, side: 160 });
  t.deepEqual(regions[4], last);
});

test('the other looks go outwards, cover the whole frame, and begin again', (t) => {
  const tiles = looks(400, last).filter((_, look) => look % 2 === 1);
  const distance = tiles.map(({ cx, cy }) => Math.max(Math.abs(cx - 200), Math.abs(cy - 150)));
  t.is(Math.max(...distance.slice(0, 8)), 50, 'the first ring first');
  t.is(distance.lastIndexOf(50) > 100, true, 'and again after the last');
  for (let x = 0; x <= 640; x += 20) {
    for (let y = 0; y <= 360; y += 20) {
      const seen = tiles.some(
        ({ cx, cy, side }) => Math.abs(cx - x) <= side / 2 && Math.abs(cy - y) <= side / 2,
      );
      t.true(seen, `${x},${y}`);
    }
  }
  t.true(tiles.every(({ cx, cy }) => cx >= 0 && cy >= 0 && cx <= 640 && cy <= 360));
});

test('a region larger than the frame is simply searched again', (t) => {
  const region = { cx: 300, cy: 200, side: 4000 };
  t.deepEqual(looks(2, region), [region, region]);
});
