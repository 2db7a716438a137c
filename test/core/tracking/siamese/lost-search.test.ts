import test from 'ava';
import { lostSearchRegion } from '../../../../src/core/tracking/siamese/lost-search.js';

const frame = { width: 640, height: 360 };
const last = { cx: 200, cy: 150, side: 100 };
const regions = Array.from({ length: 400 }, (_, look) => lostSearchRegion(last, frame, look, { widen: 1.6 }));

test('every second look goes to where the target was last believed, plain and wider by turns', (t) => {
  t.deepEqual(regions[0], last);
  t.deepEqual(regions[2], { ...last, side: 160 });
  t.deepEqual(regions[4], last);
});

test('the other looks go outwards and cover the whole frame', (t) => {
  const tiles = regions.filter((_, look) => look % 2 === 1);
  const distance = tiles.map(({ cx, cy }) => Math.max(Math.abs(cx - 200), Math.abs(cy - 150)));
  t.is(distance[0], 50);
  t.is(Math.max(...distance.slice(0, 8)), 50, 'the first ring first');
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
  t.deepEqual(lostSearchRegion({ cx: 300, cy: 200, side: 4000 }, frame, 1, { widen: 1.6 }), {
    cx: 300,
    cy: 200,
    side: 4000,
  });
});
