import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { createRandom } from '../../../src/core/random.js';
import { growBox } from '../../../src/core/selection/grow-box.js';

const size = { width: 320, height: 240 };

/** A textured rectangle on smooth ground. */
function scene(target: Box): Frame {
  const random = createRandom(3);
  const texture = Array.from({ length: 64 }, () => random.uniform(150, 240));
  const data = new Uint8Array(size.width * size.height);
  for (let y = 0; y < size.height; y += 1) {
    for (let x = 0; x < size.width; x += 1) {
      const inside =
        Math.abs(x + 0.5 - target.cx) < target.width / 2 && Math.abs(y + 0.5 - target.cy) < target.height / 2;
      const patch = texture[(((x >> 3) % 8) + 8 * ((y >> 3) % 8)) % 64]!;
      data[y * size.width + x] = inside ? patch : 60 + 0.1 * x;
    }
  }
  return packedFrame('gray8', size, data);
}

for (const target of [
  { cx: 160, cy: 120, width: 48, height: 32 },
  { cx: 90, cy: 150, width: 24, height: 56 },
  { cx: 250, cy: 70, width: 30, height: 30 },
]) {
  test(`a tap on a thing of ${target.width} x ${target.height} pixels grows to its box`, (t) => {
    const box = growBox({
      point: { x: target.cx + 2, y: target.cy - 3 },
      frame: scene(target),
      neighbours: [],
      wider: 0,
    });
    t.true(iou(box, target) > 0.6, JSON.stringify(box));
  });
}

test('further taps ask for more, and every box holds the point', (t) => {
  const frame = scene({ cx: 160, cy: 120, width: 48, height: 32 });
  const point = { x: 160, y: 120 };
  const sides = [0, 1, 2].map((wider) => {
    const { cx, cy, width, height } = growBox({ point, frame, neighbours: [], wider });
    t.true(Math.abs(cx - point.x) < width / 2 && Math.abs(cy - point.y) < height / 2);
    return Math.sqrt(width * height);
  });
  t.true(sides[1]! > 1.2 * sides[0]! && sides[2]! > 1.2 * sides[1]!, sides.join(' '));
});

test('a tap where nothing can be told apart still gives a box around it, at the border too', (t) => {
  const blank = packedFrame('gray8', size, new Uint8Array(size.width * size.height).fill(80));
  for (const point of [
    { x: 160, y: 120 },
    { x: 1, y: 238 },
  ]) {
    const { cx, cy, width, height } = growBox({ point, frame: blank, neighbours: [], wider: 1 });
    t.true(width >= 4 && height >= 4 && width <= size.width && height <= size.height);
    t.true(Math.abs(cx - point.x) <= width / 2 && Math.abs(cy - point.y) <= height / 2);
  }
});
