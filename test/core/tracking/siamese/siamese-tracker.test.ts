import test from 'ava';
import { UsageError } from '../../../../src/core/errors.js';
import { type Box, centreDistance } from '../../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../../src/core/image/frame.js';
import type { Network } from '../../../../src/core/model/network.js';
import { MemoryNetwork } from '../../../../src/core/ports/memory/memory-network.js';
import { parseSiameseOptions } from '../../../../src/core/tracking/siamese/options.js';
import { createSiameseTracker } from '../../../../src/core/tracking/siamese/siamese-tracker.js';
import { modelContract } from '../../../support/model-contract.js';

const testContract = modelContract();

const size = { width: 320, height: 240 };

/** A bright square on dark ground; nothing when `box` is null. */
function frameWith(box: Box | null, sequence = 0): Frame {
  const data = new Uint8Array(size.width * size.height).fill(20);
  if (box) {
    for (let y = Math.round(box.cy - box.height / 2); y < box.cy + box.height / 2; y += 1) {
      for (let x = Math.round(box.cx - box.width / 2); x < box.cx + box.width / 2; x += 1) {
        if (x >= 0 && y >= 0 && x < size.width && y < size.height) data[y * size.width + x] = 240;
      }
    }
  }
  return packedFrame('gray8', size, data, { sequence });
}

/** Finds bright pixels without learning: score where the crop is bright, box of the bright area. */
function brightnessNetwork(): Network & { embeds: number } {
  const { search, response, template } = testContract;
  return {
    contract: testContract,
    embeds: 0,
    embed() {
      this.embeds += 1;
      return Promise.resolve({
        data: new Float32Array(template.features.reduce((a, b) => a * b)),
        shape: template.features,
      });
    },
    respond(_template, crop) {
      const plane = search.cropSize;
      let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
      for (let y = 0; y < plane; y += 1) {
        for (let x = 0; x < plane; x += 1) {
          if (crop[y * plane + x]! < 130) continue;
          [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
          [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
        }
      }
      const cells = response.size;
      const scores = new Float32Array(cells * cells);
      const distances = new Float32Array(4 * cells * cells).fill(1);
      for (let cell = 0; cell < cells * cells; cell += 1) {
        const x = response.offset + (cell % cells) * response.stride;
        const y = response.offset + Math.floor(cell / cells) * response.stride;
        if (right < 0 || x < left || x > right || y < top || y > bottom) continue;
        scores[cell] = 0.95;
        [x - left, y - top, right - x, bottom - y].forEach(
          (d, k) => (distances[k * cells * cells + cell] = d),
        );
      }
      return Promise.resolve({ size: cells, scores, distances });
    },
    dispose: () => Promise.resolve(),
  };
}

const start = { cx: 100, cy: 120, width: 30, height: 24 };

test('the tracker follows a moving, growing target', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork());
  await tracker.init(frameWith(start), start);
  let truth: Box = start;
  for (let i = 1; i <= 20; i += 1) {
    truth = { cx: 100 + 4 * i, cy: 120 - 2 * i, width: 30 + i, height: 24 + i };
    const track = await tracker.update(frameWith(truth, i));
    t.is(track.state, 'tracking');
    t.is(track.frame.sequence, i);
    t.true(centreDistance(track.box!, truth) < 2, `frame ${i}: ${JSON.stringify(track.box)}`);
  }
  const last = await tracker.update(frameWith(truth, 21));
  t.true(Math.abs(last.box!.width - truth.width) < 5);
});

test('a box selected larger than what the network sees stays as it was selected', async (t) => {
  // the bright square is the upper half of the selected box
  const selected: Box = {
    cx: start.cx,
    cy: start.cy + start.height / 2,
    width: start.width,
    height: 2 * start.height,
  };
  const follow = async (boxCalibration: number): Promise<Box> => {
    const tracker = createSiameseTracker(brightnessNetwork(), { boxCalibration });
    await tracker.init(frameWith(start), selected);
    let last: Box | null = null;
    for (let i = 1; i <= 30; i += 1) {
      last = (await tracker.update(frameWith({ ...start, cx: start.cx + 3 * i }, i))).box;
    }
    return last!;
  };
  const kept = await follow(1);
  t.true(Math.abs(kept.height - selected.height) < 5, `height ${kept.height}`);
  t.true(Math.abs(kept.width - selected.width) < 4, `width ${kept.width}`);
  t.true(centreDistance(kept, { ...selected, cx: start.cx + 90 }) < 4);
  const shrunk = await follow(0);
  t.true(Math.abs(shrunk.height - start.height) < 5, 'without it the box becomes what the network sees');
});

test('a vanished target coasts along its path, then is lost without a box, and is found again', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork(), { coastFrames: 4 });
  await tracker.init(frameWith(start), start);
  for (let i = 1; i <= 10; i += 1) await tracker.update(frameWith({ ...start, cx: 100 + 4 * i }, i));
  const coasting = await tracker.update(frameWith(null));
  t.is(coasting.state, 'coasting');
  t.true(coasting.box!.cx > 142, 'moves on with its velocity');
  for (let i = 0; i < 3; i += 1) t.is((await tracker.update(frameWith(null))).state, 'coasting');
  const lost = await tracker.update(frameWith(null));
  t.is(lost.state, 'lost');
  t.is(lost.box, null);
  t.is(lost.velocity, null);
  const back = { ...start, cx: 170 };
  t.is((await tracker.update(frameWith(back))).state, 'lost', 'one sighting is not enough');
  const found = await tracker.update(frameWith(back));
  t.is(found.state, 'tracking');
  t.true(centreDistance(found.box!, back) < 3);
});

test('a target that comes back far away is found there, at rest', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork(), { coastFrames: 2 });
  await tracker.init(frameWith(start), start);
  for (let i = 0; i < 3; i += 1) await tracker.update(frameWith(null));
  const far = { ...start, cx: 280, cy: 40 };
  let track = await tracker.update(frameWith(far));
  for (let i = 0; i < 40 && track.state === 'lost'; i += 1) track = await tracker.update(frameWith(far));
  t.is(track.state, 'tracking');
  t.true(centreDistance(track.box!, far) < 3);
  t.deepEqual(track.velocity, { x: 0, y: 0 });
});

test('without a selection, and after stop, the tracker is idle', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork());
  t.is((await tracker.update(frameWith(start))).state, 'idle');
  await tracker.init(frameWith(start), start);
  await tracker.stop();
  const track = await tracker.update(frameWith(start));
  t.is(track.state, 'idle');
  t.is(track.target, 0);
});

test('every selection has its own number', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork());
  t.is((await tracker.init(frameWith(start), start)).target, 1);
  t.is((await tracker.init(frameWith(start), start)).target, 2);
});

test('the template memory takes confident views in, and none when its weight is 0', async (t) => {
  const remembering = brightnessNetwork();
  const forgetful = brightnessNetwork();
  for (const [network, memoryWeight] of [
    [remembering, 0.4],
    [forgetful, 0],
  ] as const) {
    const tracker = createSiameseTracker(network, { memoryWeight, memoryInterval: 2 });
    await tracker.init(frameWith(start), start);
    for (let i = 0; i < 4; i += 1) await tracker.update(frameWith(start));
  }
  t.is(remembering.embeds, 3);
  t.is(forgetful.embeds, 1);
});

test('a box that is degenerate or outside the frame is refused', async (t) => {
  const tracker = createSiameseTracker(brightnessNetwork());
  for (const bad of [
    { ...start, width: 0 },
    { ...start, cx: Number.NaN },
    { ...start, cx: 400 },
  ]) {
    await t.throwsAsync(tracker.init(frameWith(start), bad), { instanceOf: UsageError });
  }
});

test('an unknown or absurd parameter is refused by name', (t) => {
  t.throws(() => parseSiameseOptions({ windowInfluenze: 0.2 }), {
    instanceOf: UsageError,
    message: /windowInfluenze/,
  });
  t.throws(() => parseSiameseOptions({ sizeRate: 3 }), { instanceOf: UsageError, message: /sizeRate.*3/ });
});

/** The target always in the middle; the network's score is scripted, the classifier goes on knowing its cell. */
function scriptedScore(score: (call: number) => number): Network {
  const contract = modelContract({ search: { ...testContract.search, cells: 8 } });
  const { offset, stride } = contract.response;
  const shift = offset + 8 * stride - 127.5;
  return new MemoryNetwork(contract, (call) => ({
    row: 8,
    column: 8,
    score: score(call),
    distances: [32 + shift, 32 + shift, 32 - shift, 32 - shift],
  }));
}

test('a score that breaks down at once is a cover; one that falls slowly is the target’s own change', async (t) => {
  const stateAfter = async (score: (call: number) => number, options = {}): Promise<string> => {
    const tracker = createSiameseTracker(scriptedScore(score), options);
    await tracker.init(frameWith(start), start);
    let track = await tracker.update(frameWith(start));
    for (let i = 0; i < 120; i += 1) track = await tracker.update(frameWith(start));
    return track.state;
  };
  const covered = (call: number): number => (call < 118 ? 0.9 : 0.004);
  t.is(await stateAfter(covered), 'coasting');
  t.is(await stateAfter(covered, { coverRatio: 0 }), 'tracking', 'the classifier alone would go on');
  t.is(await stateAfter((call) => 0.9 * 0.955 ** call), 'tracking');
});
