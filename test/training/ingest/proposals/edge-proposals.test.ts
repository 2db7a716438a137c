import test from 'ava';
import { boxFromCorner, iou } from '../../../../src/core/geometry/box.js';
import { proposeFromEdges } from '../../../../src/training/ingest/proposals/edge-proposals.js';
import type { Window } from '../../../../src/core/objectness/contour-scorer.js';
import { yuvImage } from '../../../../src/core/objectness/yuv-image.js';
import { createTexture, isInside, renderFrame } from '../rendered.js';

const size = { width: 240, height: 160 };
const skin = createTexture(3, 8);
const smooth = (x: number, y: number): number => 60 + x / 12 + y / 16;

function asBox({ left, top, right, bottom }: Window) {
  return boxFromCorner({ x: left, y: top, width: right - left, height: bottom - top });
}

const targets = {
  'a large textured rectangle': { x: 70, y: 40, width: 84, height: 60 },
  'a tall one': { x: 150, y: 30, width: 26, height: 70 },
  'one of a dozen pixels': { x: 90, y: 70, width: 13, height: 12 },
};

for (const [name, target] of Object.entries(targets)) {
  test(`${name} on smooth ground is the first proposal, with an IoU over 0.7`, (t) => {
    const frame = renderFrame(size, (x, y) => (isInside(target, x, y) ? 150 + skin(x, y) / 3 : smooth(x, y)));
    const [first] = proposeFromEdges(yuvImage(frame));
    t.truthy(first);
    t.true(iou(asBox(first!), boxFromCorner(target)) > 0.7, JSON.stringify(first));
  });
}

test('smooth ground alone gives no proposal', (t) => {
  t.deepEqual(proposeFromEdges(yuvImage(renderFrame(size, smooth))), []);
});

test('an object tells more than a field of texture', (t) => {
  const ground = createTexture(8, 5);
  const target = { x: 40, y: 50, width: 50, height: 44 };
  const withObject = renderFrame(size, (x, y) =>
    isInside(target, x, y) ? 150 + skin(x, y) / 3 : smooth(x, y),
  );
  const onlyTexture = renderFrame(size, (x, y) => 80 + ground(x, y) / 4);
  const best = (frame: typeof withObject): number => proposeFromEdges(yuvImage(frame))[0]?.score ?? 0;
  t.true(best(withObject) > 1.5 * best(onlyTexture), `${best(withObject)} ${best(onlyTexture)}`);
});

test('proposals stay inside the active area', (t) => {
  const active = { x: 0, y: 20, width: 240, height: 120 };
  const target = { x: 70, y: 22, width: 60, height: 50 };
  const frame = renderFrame(size, (x, y) => {
    if (!isInside(active, x, y)) return 16;
    return isInside(target, x, y) ? 150 + skin(x, y) / 3 : smooth(x, y);
  });
  const found = proposeFromEdges(yuvImage(frame, active));
  t.true(found.length > 0);
  t.true(found.every(({ top, bottom }) => top >= 20 && bottom <= 140));
});
