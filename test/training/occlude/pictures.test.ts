import test from 'ava';
import fc from 'fast-check';
import { boxToCorner } from '../../../src/core/geometry/box.js';
import { frameBytes, packedFrame, pixelFormats } from '../../../src/core/image/frame.js';
import { areaOf, channelsOf, inChannel, indexOf } from '../../../src/training/occlude/channel.js';
import { cutOut, findGround } from '../../../src/training/occlude/cut-out.js';
import { fillHarmonic } from '../../../src/training/occlude/harmonic.js';
import { createOccluder } from '../../../src/training/occlude/occluder.js';
import {
  type OcclusionCase,
  type OcclusionKind,
  phaseOf,
} from '../../../src/training/occlude/occlusion-case.js';
import { meanLevels, paintFlat, pastePatch, takePatch } from '../../../src/training/occlude/patch.js';
import { planCases } from '../../../src/training/occlude/plan.js';
import { windowView } from '../../../src/training/occlude/window-view.js';
import { bytesOf, drawScene, sceneSize, targetPixels, wanderingSquare } from './scene.js';

const target = wanderingSquare(1)[0]!;

for (const format of pixelFormats) {
  test(`${format}: a patch is put back where it was taken, and a flat colour fills just its area`, (t) => {
    const frame = drawScene(target, 0, format);
    const before = bytesOf(frame);
    const area = areaOf(target, frame, 1.3);
    const patch = takePatch(frame, area);
    const levels = channelsOf(frame).map((_, index) => 10 + index);
    paintFlat(frame, levels, area);
    t.deepEqual(meanLevels(frame, area), levels);
    t.is(targetPixels(frame), 0);
    pastePatch(frame, patch, area);
    t.is(bytesOf(frame), before);
  });

  test(`${format}: a window shows the pixels of its part of the frame`, (t) => {
    const frame = drawScene(target, 0, format);
    const part = { x: 24, y: 10, width: 100, height: 60 };
    const view = windowView(frame, part);
    t.is(view.width, 100);
    channelsOf(view).forEach((channel, index) => {
      const whole = channelsOf(frame)[index]!;
      const { x, y } = inChannel(part, whole);
      for (const [column, row] of [
        [0, 0],
        [channel.width - 1, channel.height - 1],
        [7, 11],
      ] as const) {
        t.is(channel.data[indexOf(channel, column, row)], whole.data[indexOf(whole, x + column, y + row)]);
      }
    });
  });
}

test('areas are even, cover the box, and stay in the frame, odd frames too', (t) => {
  const side = fc.integer({ min: 2, max: 99 });
  const coordinate = fc.double({ min: -60, max: 160, noNaN: true });
  fc.assert(
    fc.property(side, side, coordinate, coordinate, side, side, (width, height, cx, cy, w, h) => {
      const area = areaOf({ cx, cy, width: w, height: h }, { width, height });
      t.true(area.x >= 0 && area.y >= 0 && area.x + area.width <= width && area.y + area.height <= height);
      t.is(area.x % 2, 0);
      t.is(area.y % 2, 0);
      const { x, y } = boxToCorner({ cx, cy, width: w, height: h });
      const left = Math.max(0, x);
      const right = Math.min(width, x + w);
      const visible = right > left && Math.min(height, y + h) > Math.max(0, y);
      if (visible) t.true(area.x <= left && area.x + area.width >= right);
      const frame = packedFrame(
        'yuv420p',
        { width, height },
        new Uint8Array(frameBytes('yuv420p', { width, height })),
      );
      paintFlat(frame, [9, 9, 9], area); // writes nowhere it must not
      if (visible) t.deepEqual(meanLevels(frame, area), [9, 9, 9]);
    }),
    { numRuns: 60 },
  );
});

test('a patch smaller than its area is continued by its mirror image, and cut off at the frame', (t) => {
  const frame = packedFrame(
    'gray8',
    { width: 8, height: 2 },
    Uint8Array.from({ length: 16 }, (_, i) => i % 8),
  );
  const patch = takePatch(frame, { x: 0, y: 0, width: 4, height: 2 });
  pastePatch(frame, patch, { x: -2, y: 0, width: 12, height: 2 });
  // 0 1 2 3 | 3 2 1 0 | 0 1 …, from its third column on
  t.deepEqual([...frame.planes[0]!.data.subarray(0, 8)], [2, 3, 3, 2, 1, 0, 0, 1]);
});

test('the harmonic fill continues a slope, keeps within its rim, and leaves the rim alone', (t) => {
  const [width, height] = [37, 22];
  const slope = (x: number, y: number): number => 10 + 3 * x - 2 * y;
  const grid = Float32Array.from({ length: width * height }, (_, at) =>
    slope(at % width, Math.floor(at / width)),
  );
  const filled = Float32Array.from(grid);
  for (let y = 1; y < height - 1; y += 1) filled.fill(99, y * width + 1, (y + 1) * width - 1);
  fillHarmonic(filled, width, height);
  t.true(filled.every((value, at) => Math.abs(value - grid[at]!) < 0.5));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 200, maxLength: 200 }), (values) => {
      const any = Float32Array.from(values);
      fillHarmonic(any, 20, 10);
      const rim = values.filter((_, at) => at < 20 || at >= 180 || at % 20 === 0 || at % 20 === 19);
      const [low, high] = [Math.min(...rim), Math.max(...rim)];
      t.true(any.every((value) => value >= low - 1e-3 && value <= high + 1e-3));
      t.is(any[5], values[5]);
    }),
    { numRuns: 30 },
  );
});

test('an open rim does not pull: the fill takes the level of the other sides', (t) => {
  const grid = new Float32Array(12 * 9).fill(50);
  for (let y = 0; y < 9; y += 1) grid[y * 12] = Number.NaN;
  fillHarmonic(grid, 12, 9);
  for (let y = 1; y < 8; y += 1) t.true(Math.abs(grid[y * 12 + 1]! - 50) < 1e-3);
});

test('what is cut out shows the ground as it would be without it', (t) => {
  const frame = drawScene(target, 0);
  const empty = drawScene(null, 0);
  const area = areaOf(target, frame, 1.3);
  const ground = findGround(frame, area);
  t.not(ground, null);
  cutOut(frame, area, ground);
  t.is(targetPixels(frame), 0);
  channelsOf(frame).forEach((channel, index) => {
    const bare = channelsOf(empty)[index]!;
    let most = 0;
    for (let y = 0; y < channel.height; y += 1) {
      for (let x = 0; x < channel.width; x += 1) {
        const at = indexOf(channel, x, y);
        most = Math.max(most, Math.abs(channel.data[at]! - bare.data[at]!));
      }
    }
    t.true(most <= 24, `channel ${index} differs by up to ${most} levels`); // two speckles
  });
});

test('without room for ground the hole is filled smoothly from its rim', (t) => {
  const size = { width: 40, height: 30 };
  const frame = packedFrame('gray8', size, new Uint8Array(1200).fill(80));
  const area = { x: 8, y: 6, width: 24, height: 18 };
  paintFlat(frame, [200], area);
  t.is(findGround(frame, area), null);
  cutOut(frame, area, null);
  t.true(frame.planes[0]!.data.every((value) => Math.abs(value - 80) <= 1));
});

function caseOf(kind: OcclusionKind): OcclusionCase {
  const [one] = planCases({ name: 'scene', truth: wanderingSquare(80) }, sceneSize, {
    disturbances: [{ kind, level: kind === 'jump' ? 0.2 : 10 }],
    seed: 5,
  });
  return one!;
}

for (const kind of ['patch', 'flat', 'cut', 'lookalike'] as const) {
  test(`${kind}: nothing of the target is left while it is covered, nothing is changed before, and the source is untouched`, (t) => {
    const one = caseOf(kind);
    const truth = wanderingSquare(80);
    const occluder = createOccluder(one);
    for (let index = one.first; index < one.end; index += 1) {
      const frame = drawScene(truth[index]!, index);
      const plain = bytesOf(frame);
      const shown = occluder.show(frame, index);
      t.is(bytesOf(frame), plain);
      t.is(shown.sequence, index);
      const phase = phaseOf(one, index);
      const left = targetPixels(shown);
      if (phase === 'covered') {
        if (kind === 'lookalike') t.true(left > 200, 'the copy');
        else t.is(left, 0, `frame ${index - one.from} of the cover`);
      } else if (phase === 'touched') t.true(left < 256);
      else if (kind === 'patch') t.is(left, 256);
      else t.is(bytesOf(shown), plain);
    }
  });
}

test('a look-alike stands beside the place that is covered, never on it', (t) => {
  const one = caseOf('lookalike');
  const truth = wanderingSquare(80);
  const occluder = createOccluder(one);
  for (let index = one.first; index < one.to; index += 1) {
    const shown = occluder.show(drawScene(truth[index]!, index), index);
    if (index < one.from) continue;
    const area = areaOf(truth[index]!, shown);
    t.false(takePatch(shown, area).samples[0]!.includes(230));
  }
});

test('jump: the target stands in the new picture where its truth says', (t) => {
  const one = caseOf('jump');
  const truth = wanderingSquare(80);
  const occluder = createOccluder(one);
  for (let index = one.first; index < one.end; index += 1) {
    const shown = occluder.show(drawScene(truth[index]!, index), index);
    t.is(targetPixels(shown), 256);
    const box = one.truth[index - one.first]!;
    t.true(takePatch(shown, areaOf(box, shown)).samples[0]!.filter((value) => value === 230).length === 256);
  }
  const [last, next] = [one.truth[one.from - 1 - one.first]!, one.truth[one.from - one.first]!];
  t.true(Math.hypot(next.cx - last.cx, next.cy - last.cy) > 15, 'the picture jumped');
});

test('the same case gives the same pictures, another seed others', (t) => {
  const truth = wanderingSquare(80);
  const film = (one: OcclusionCase): string[] => {
    const occluder = createOccluder(one);
    return truth
      .slice(one.first, one.end)
      .map((box, at) => bytesOf(occluder.show(drawScene(box, one.first + at), one.first + at)));
  };
  const one = caseOf('patch');
  t.deepEqual(film(one), film(one));
  t.notDeepEqual(film(one), film({ ...one, seed: one.seed + 1 }));
});
