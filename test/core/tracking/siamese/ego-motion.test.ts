import test from 'ava';
import type { Box } from '../../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../../src/core/image/frame.js';
import { createRandom } from '../../../../src/core/random.js';
import { EgoMotion } from '../../../../src/core/tracking/siamese/ego-motion.js';

const size = { width: 320, height: 240 };
const target: Box = { cx: 160, cy: 120, width: 60, height: 60 };

/** A world of smooth blobs seen from (x, y); the target, if any, is drawn over it where it is in the picture. */
function view(x: number, y: number, square: Box | null = null): Frame {
  const random = createRandom(4);
  const blobs = Array.from({ length: 140 }, () => ({
    x: random.uniform(-40, 360),
    y: random.uniform(-40, 280),
    radius: random.uniform(6, 16),
    level: random.uniform(-70, 70),
  }));
  const data = new Uint8Array(size.width * size.height);
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      let level = 128;
      for (const blob of blobs) {
        const squared = (column + x - blob.x) ** 2 + (row + y - blob.y) ** 2;
        if (squared < blob.radius ** 2) level += blob.level * (1 - squared / blob.radius ** 2);
      }
      const inside =
        square &&
        Math.abs(column - square.cx) < square.width / 2 &&
        Math.abs(row - square.cy) < square.height / 2;
      data[row * size.width + column] = inside ? 250 : Math.min(Math.max(level, 0), 255);
    }
  }
  return packedFrame('gray8', size, data);
}

test('the background’s shift is measured, whatever the target does', (t) => {
  const egoMotion = new EgoMotion();
  t.is(egoMotion.shiftAt(view(0, 0, target), target), null, 'nothing to compare with yet');
  // the camera pans right and down by (6, 4): the background moves left and up; the target goes its own way
  const shift = egoMotion.shiftAt(view(6, 4, { ...target, cx: 175 }), target)!;
  t.true(Math.abs(shift.x + 6) < 0.7 && Math.abs(shift.y + 4) < 0.7, JSON.stringify(shift));
});

test('without texture the camera’s motion is not known', (t) => {
  const egoMotion = new EgoMotion();
  const blank = packedFrame('gray8', size, new Uint8Array(size.width * size.height).fill(90));
  egoMotion.keep(blank);
  t.is(egoMotion.shiftAt(blank, target), null);
});
