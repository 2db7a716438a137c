import test from 'ava';
import { boxFromCorner, iou } from '../../../../src/core/geometry/box.js';
import { proposeFromMotion } from '../../../../src/training/ingest/proposals/motion-proposals.js';
import { residualMotion } from '../../../../src/core/objectness/residual-motion.js';
import { connectedComponents, joinComponents } from '../../../../src/training/ingest/proposals/components.js';
import { yuvImage } from '../../../../src/core/objectness/yuv-image.js';
import { createTexture, isInside, renderFrame } from '../rendered.js';

const size = { width: 160, height: 120 };
const ground = createTexture(31, 7);
const coat = createTexture(32, 7);
const still = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const;

/** A patch at the given column over ground at rest; `gain` brightens everything. */
function scene(left: number, gain = 0) {
  const patch = { x: left, y: 50, width: 24, height: 24 };
  return yuvImage(
    renderFrame(size, (x, y) => gain + 0.8 * (isInside(patch, x, y) ? coat(x - left, y) : ground(x, y))),
  );
}

test('only the place where the object is now moves, not where it was or will be', (t) => {
  const now = scene(60);
  const neighbours = [scene(30), scene(90)].map(({ y }) => ({ luma: y, matrix: still }));
  const flow = residualMotion(now.y, size, neighbours);
  const mean = (left: number): number => {
    let sum = 0;
    for (let y = 54; y < 70; y++) for (let x = left + 4; x < left + 20; x++) sum += flow[y * size.width + x]!;
    return sum / 256;
  };
  t.true(mean(60) > 10 * mean(30) && mean(60) > 10 * mean(90), `${mean(60)} ${mean(30)} ${mean(90)}`);
});

test('a change of exposure is no motion', (t) => {
  const flow = residualMotion(scene(60).y, size, [{ luma: scene(60, 20).y, matrix: still }]);
  t.true(Math.max(...flow) < 0.2);
});

test('the box fits what moves', (t) => {
  const neighbours = [scene(54), scene(66)].map(({ y }) => ({ luma: y, matrix: still }));
  const { candidates, contrast } = proposeFromMotion(scene(60), neighbours);
  const truth = boxFromCorner({ x: 60, y: 50, width: 24, height: 24 });
  const { left, top, right, bottom } = candidates[0]!;
  t.true(iou(boxFromCorner({ x: left, y: top, width: right - left, height: bottom - top }), truth) > 0.6);
  t.true(contrast({ left: 60, top: 50, right: 84, bottom: 74 }) > 0.4);
  t.is(contrast({ left: 4, top: 4, right: 30, bottom: 30 }), 0);
});

test('when most of the picture moves nothing is proposed', (t) => {
  const other = yuvImage(renderFrame(size, coat));
  t.deepEqual(proposeFromMotion(scene(60), [{ luma: other.y, matrix: still }]).candidates, []);
});

test('components are what hangs together above the low threshold and reaches the high one', (t) => {
  // prettier-ignore
  const map = Float32Array.from([
    1, 5, 0, 0, 0, 1,
    0, 1, 0, 0, 0, 1,
    0, 0, 0, 5, 0, 0,
  ]);
  t.deepEqual(connectedComponents(map, { width: 6, height: 3 }, { low: 1, high: 4 }), [
    { left: 0, top: 0, right: 2, bottom: 2, pixels: 3, mass: 7 },
    { left: 3, top: 2, right: 4, bottom: 3, pixels: 1, mass: 5 },
  ]);
});

test('components are joined across gaps, in chains', (t) => {
  const piece = (left: number) => ({ left, top: 0, right: left + 2, bottom: 2, pixels: 4, mass: 1 });
  t.deepEqual(joinComponents([piece(0), piece(8), piece(4), piece(40)], 2), [
    { left: 0, top: 0, right: 10, bottom: 2, pixels: 12, mass: 3 },
    piece(40),
  ]);
});
