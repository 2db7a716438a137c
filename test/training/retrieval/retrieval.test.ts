import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { buildPyramid, type Pyramid } from '../../../src/core/motion/pyramid.js';
import { createRandom } from '../../../src/core/random.js';
import { flowTruth, medianFlow } from '../../../src/training/retrieval/flow.js';
import { measureRetrieval, pooled, surroundings } from '../../../src/training/retrieval/measure.js';
import {
  findTrials,
  retrievalIntervals,
  type RetrievalTrial,
} from '../../../src/training/retrieval/trials.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { fillBox, makeRenderedStore, renderedClips } from '../../support/rendered-store.js';
import { colourNetwork } from '../mine/colour-network.js';

const size = { width: 240, height: 160 };
const object = (frame: number): Box => ({ cx: 90 + 2 * frame, cy: 80 + frame, width: 30, height: 30 });
const trial = (interval: number): RetrievalTrial => ({
  clip: 'planted',
  frame: 0,
  box: object(0),
  interval,
  truth: object(interval),
});

/** A red square over blue ground. */
function planted(_clip: string, sequence: number): Frame {
  const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => [60, 70, 150][i % 3]!);
  fillBox(data, size.width, object(sequence), [200, 40, 40]);
  return packedFrame('rgb24', size, data, { sequence });
}

test('on a planted easy clip every true place is ranked first', async (t) => {
  const shares = await measureRetrieval(colourNetwork(), [trial(1), trial(5), trial(5), trial(10)], planted);
  t.deepEqual(shares, [
    { interval: 1, trials: 1, first: 1, chance: 1 / 25 },
    { interval: 5, trials: 2, first: 1, chance: 1 / 25 },
    { interval: 10, trials: 1, first: 1, chance: 1 / 25 },
  ]);
});

test('where the object is not what stands at the true place it is not ranked first', async (t) => {
  const wrong = { ...trial(5), truth: { ...object(5), cx: object(5).cx + 1.5 * 30 } };
  const [share] = await measureRetrieval(colourNetwork(), [wrong], planted);
  t.is(share?.first, 0);
});

test('a picture without anything to tell apart gives no find: a tie is none', async (t) => {
  const flat = () => packedFrame('rgb24', size, new Uint8Array(size.width * size.height * 3).fill(130), {});
  const [share] = await measureRetrieval(colourNetwork(), [trial(1)], flat);
  t.is(share?.first, 0);
});

test('on noise retrieval is chance', async (t) => {
  const random = createRandom(5);
  // coarse noise, new in every frame: blocks of the step from one place to the next
  const noise = (): Frame => {
    const blocks = Uint8Array.from({ length: 3 * 24 * 16 }, () => random.below(256));
    const data = Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % size.width, Math.floor(i / 3 / size.width)];
      return blocks[(Math.floor(y / 10) * 24 + Math.floor(x / 10)) * 3 + (i % 3)]!;
    });
    return packedFrame('rgb24', size, data, {});
  };
  const trials = Array.from({ length: 120 }, () => trial(1));
  const [share] = await measureRetrieval(colourNetwork(), trials, noise);
  t.true(Math.abs(share!.chance! - 1 / 25) < 1e-9);
  // binomial: 4.8 finds expected, 12 or more in one of a thousand draws
  t.true(share!.first! * 120 < 12, String(share?.first));
});

test('the surroundings are boxes of the same size inside the frame that hardly overlap the truth', (t) => {
  const truth = { cx: 20, cy: 80, width: 30, height: 30 };
  const others = surroundings(truth, size);
  t.is(others.length, 14, 'two columns lie outside');
  for (const box of others) {
    t.true(iou(box, truth) < 0.3 && box.cx >= 0 && box.width === 30);
  }
});

test('features are pooled over the cells the object covers, to a unit vector', (t) => {
  const data = new Float32Array(2 * 16).fill(9); // the rim counts for nothing
  for (const cell of [5, 6, 9, 10]) [data[cell], data[16 + cell]] = [3, 4];
  const vector = pooled({ data, shape: [2, 4, 4] });
  t.true(Math.abs(vector[0]! - 0.6) < 1e-6 && Math.abs(vector[1]! - 0.8) < 1e-6);
  t.deepEqual(pooled({ data: Float32Array.of(0, 1), shape: [2, 1, 1] }), Float32Array.of(0, 1));
});

/** A speckled square on speckled ground that moves as `object`; the square's speckle is new from `changedAt` on. */
function speckled(changedAt = Infinity): (index: number) => Pyramid {
  const texture = (seed: number): Uint8Array => {
    const random = createRandom(seed);
    return Uint8Array.from({ length: 40 * 40 }, () => random.below(200));
  };
  const [ground, before, after] = [texture(1), texture(2), texture(3)];
  return (index) => {
    const { cx, cy, width, height } = object(index);
    const square = index < changedAt ? before : after;
    const data = Uint8Array.from({ length: size.width * size.height }, (_, i) => {
      const [x, y] = [i % size.width, Math.floor(i / size.width)];
      const [u, v] = [x - (cx - width / 2), y - (cy - height / 2)];
      const inside = u >= 0 && v >= 0 && u < width && v < height;
      // blobs of three pixels
      const at = (a: number, b: number): number => (Math.floor(b / 3) % 40) * 40 + (Math.floor(a / 3) % 40);
      return inside ? square[at(u, v)]! : ground[at(x, y)]!;
    });
    return buildPyramid(data, size);
  };
}

test('flow there and back tells where an object has gone', (t) => {
  const read = speckled();
  const truth = flowTruth(read, { start: 0, interval: 10, box: object(0) });
  t.true(truth !== null && iou(truth, object(10)) > 0.85, JSON.stringify(truth));
  t.is(medianFlow(read, 0, 10, object(0)).length, 11);
});

test('an object that was exchanged on the way has no truth', (t) => {
  t.is(flowTruth(speckled(5), { start: 0, interval: 10, box: object(0) }), null);
});

test('trials come from proposals, never across a cut, and name their intervals', async (t) => {
  const rendered = await makeRenderedStore();
  t.teardown(() => rendered.remove());
  await using store = await openFrameStore(rendered.dir);
  const clips = store.clips.filter(({ kind }) => kind === 'video');
  const trials = await findTrials(store, clips);
  t.true(trials.length > 0);
  for (const { clip, frame, interval, truth, box } of trials) {
    const { cuts, frames } = clips.find(({ name }) => name === clip)!;
    t.true(frame + interval < frames);
    t.false(cuts.some((cut) => frame < cut && frame + interval >= cut));
    t.true((retrievalIntervals as readonly number[]).includes(interval));
    t.true(iou(truth, { ...box, cx: truth.cx, cy: truth.cy }) > 0.6, 'about the same size');
  }
  t.deepEqual(await findTrials(store, clips), trials, 'the same every time');
  const stills = await findTrials(
    store,
    clips.filter(({ name }) => name === renderedClips.cut),
  );
  t.true(stills.every(({ interval }) => interval <= 5));
});
