import test from 'ava';
import { boxFromCorner, iou } from '../../../../src/core/geometry/box.js';
import { motionInterval, proposeForClip } from '../../../../src/training/ingest/proposals/propose.js';
import { yuvImage } from '../../../../src/core/objectness/yuv-image.js';
import { createTexture, isInside, renderFrame } from '../rendered.js';

const size = { width: 240, height: 160 };
const ground = createTexture(21, 7);
const coat = createTexture(22, 7);

/** The camera pans by (3, 1) a frame over texture; a patch of like texture walks the other way. */
function panned(index: number) {
  const patch = { x: 150 - 5 * index, y: 60 + index, width: 30, height: 26 };
  const frame = renderFrame(size, (x, y) =>
    isInside(patch, x, y) ? coat(x - patch.x, y - patch.y) : ground(x + 3 * index, y + index),
  );
  return { patch, image: yuvImage(frame) };
}

test('a moving patch over moving texture is the first proposal, found by its motion', (t) => {
  const lists = proposeForClip(7, (index) => panned(index).image);
  t.is(lists.length, 7);
  for (const index of [2, 3, 4]) {
    const [first] = lists[index]!;
    t.true(iou(first!, boxFromCorner(panned(index).patch)) > 0.6, `frame ${index}: ${JSON.stringify(first)}`);
    // its motion sets the patch off: the same frame without neighbours says less of it
    const [alone] = proposeForClip(1, () => panned(index).image);
    const withoutMotion = alone!.filter((box) => iou(box, boxFromCorner(panned(index).patch)) > 0.6);
    t.true(withoutMotion.every(({ score }) => score < 0.8 * first!.score));
  }
});

test('a camera that moves over a world at rest gives no motion boxes', (t) => {
  const read = (index: number) => yuvImage(renderFrame(size, (x, y) => ground(x + 3 * index, y + index)));
  t.true(proposeForClip(5, read).every((list) => list.every(({ kind }) => kind === 'edge')));
});

test('motion is never taken across a cut', (t) => {
  // two shots at rest, of different places
  const read = (index: number) => yuvImage(renderFrame(size, index < 3 ? ground : coat));
  const lists = proposeForClip(6, read, [3]);
  t.true(lists.every((list) => list.every(({ kind }) => kind === 'edge')));
});

test('a frame has at most as many proposals as asked for, best first, inside the frame', (t) => {
  const lists = proposeForClip(5, (index) => panned(index).image, [], { perFrame: 5 });
  t.true(lists[2]!.length > 0);
  for (const list of lists) {
    t.true(list.length <= 5);
    t.deepEqual(
      list.map(({ score }) => score),
      list.map(({ score }) => score).sort((a, b) => b - a),
    );
    for (const { cx, cy, width, height } of list) {
      t.true(cx - width / 2 >= 0 && cy - height / 2 >= 0 && cx + width / 2 <= 240 && cy + height / 2 <= 160);
    }
  }
});

test('motion compares frames about a fifth of a second apart', (t) => {
  t.is(motionInterval({ fps: 25, stride: 1 }), 4);
  t.is(motionInterval({ fps: 25, stride: 2 }), 3);
  t.is(motionInterval({ fps: 10, stride: 1 }), 2);
  t.is(motionInterval({ fps: 24, stride: 5 }), 1);
  t.is(motionInterval({ fps: null, stride: 40 }), 1);
});
