import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { followBothWays } from '../../../src/training/mine/both-ways.js';
import type { Follower } from '../../../src/training/mine/follower.js';

const start = { cx: 50, cy: 50, width: 20, height: 20 };
const options = { longest: 16, shortest: 4, minConfidence: 0.3, minAgreement: 0.6, minMargin: 0.1 };
const from = { start: 0, last: 100, box: start };
const readFrame = (index: number): Frame =>
  packedFrame('gray8', { width: 2, height: 2 }, new Uint8Array(4), { sequence: index });

interface Script {
  readonly places: readonly ((frame: number) => Box)[];
  /** Whoever follows the first object goes over to the second at this frame, for good. */
  readonly swapAt?: number;
  /** From this frame on another place scores nearly as high. */
  readonly twinAt?: number;
  /** In this frame there is nothing to be seen. */
  readonly hiddenAt?: number;
}

/** Follows whichever of the scripted objects was selected. */
function scripted({ places, swapAt, twinAt = Infinity, hiddenAt }: Script): Follower {
  let object = 0;
  return {
    init: ({ sequence }, box) => {
      const overlap = (i: number): number => iou(places[i]!(sequence), box);
      object = places.reduce((best, _, i) => (overlap(i) > overlap(best) ? i : best), 0);
      return Promise.resolve();
    },
    step: ({ sequence }) => {
      if (sequence === hiddenAt) return Promise.resolve(null);
      if (sequence === swapAt && object === 0) object = 1;
      const margin = sequence >= twinAt ? 0.02 : 0.8;
      return Promise.resolve({ box: places[object]!(sequence), confidence: 0.9, margin });
    },
  };
}

const mover = (frame: number): Box => ({ ...start, cx: 50 + 3 * frame });
const crosser = (frame: number): Box => ({ ...start, cx: 140 - 3 * frame, cy: 60 });

test('an object that comes back to where it began becomes a tracklet of full grade', async (t) => {
  const { fate, sightings, agreement } = await followBothWays(
    scripted({ places: [mover] }),
    readFrame,
    from,
    options,
  );
  t.is(fate, 'kept');
  t.is(sightings.length, 17);
  t.deepEqual(sightings[16]!.box, mover(16));
  for (const { grade } of sightings.slice(0, -1)) t.true(Math.abs(grade - 0.9) < 1e-9);
  t.is(agreement.length, 17);
  t.true(agreement.every((overlap) => Math.abs(overlap - 1) < 1e-9));
});

test('a target that was swapped for another on the way is rejected by the way back', async (t) => {
  const places = [mover, crosser];
  const late = await followBothWays(scripted({ places, swapAt: 10 }), readFrame, from, options);
  // the longest run before the swap that agrees: 16 -> 8
  t.is(late.sightings.length, 9);
  t.deepEqual(late.sightings.at(-1)!.box, mover(8));
  t.is(late.agreement[0], 0, 'the whole way did not agree, and is told');
  const early = await followBothWays(scripted({ places, swapAt: 3 }), readFrame, from, options);
  t.like(early, { fate: 'disagreed', sightings: [] });
});

test('where a look-alike scores nearly as high the way ends', async (t) => {
  const late = await followBothWays(scripted({ places: [mover], twinAt: 7 }), readFrame, from, options);
  t.is(late.sightings.at(-1)!.frame, 6);
  const early = await followBothWays(scripted({ places: [mover], twinAt: 3 }), readFrame, from, options);
  t.like(early, { fate: 'ambiguous', sightings: [], agreement: [] });
  const unchecked = { ...options, minMargin: 0 };
  const trusting = await followBothWays(scripted({ places: [mover], twinAt: 3 }), readFrame, from, unchecked);
  t.is(trusting.fate, 'kept');
  // 0.9 confidence, agreement 1, and half the trust plus its 0.02 / 0.3
  t.true(Math.abs(trusting.sightings[5]!.grade - 0.9 * (0.5 + 0.5 * (0.02 / 0.3))) < 1e-9);
});

test('a target that goes out of sight too soon is told from one that is ambiguous', async (t) => {
  const hidden = await followBothWays(scripted({ places: [mover], hiddenAt: 2 }), readFrame, from, options);
  t.is(hidden.fate, 'unseen');
});

test('mining stops at the end of the shot', async (t) => {
  const shot = { start: 4, last: 9, box: mover(4) };
  const { sightings } = await followBothWays(scripted({ places: [mover] }), readFrame, shot, options);
  t.deepEqual(
    sightings.map(({ frame }) => frame),
    [4, 5, 6, 7, 8, 9],
  );
});

test('an interval leaves out the frames between, there and back', async (t) => {
  const read: number[] = [];
  const { sightings } = await followBothWays(
    scripted({ places: [mover] }),
    (index) => {
      read.push(index);
      return readFrame(index);
    },
    { start: 3, last: 20, box: mover(3) },
    { ...options, interval: 4 },
  );
  const frames = [3, 7, 11, 15, 19];
  t.deepEqual(
    sightings.map(({ frame }) => frame),
    frames,
  );
  t.deepEqual(read, [...frames, ...frames.reverse()]);
});

test('however long the interval, one comparison is not enough', async (t) => {
  const shot = { start: 0, last: 15, box: start };
  const once = await followBothWays(scripted({ places: [mover] }), readFrame, shot, {
    ...options,
    interval: 8,
  });
  t.deepEqual(once.sightings, []);
  const twice = await followBothWays(
    scripted({ places: [mover] }),
    readFrame,
    { ...shot, last: 16 },
    { ...options, interval: 8 },
  );
  t.is(twice.sightings.length, 3);
});
