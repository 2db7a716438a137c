import test from 'ava';
import { type Box, iou } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import type { Track } from '../../../src/core/tracking/track.js';
import type { Tracker } from '../../../src/core/tracking/tracker.js';
import { trackBothWays } from '../../../src/training/mine/both-ways.js';

const start = { cx: 50, cy: 50, width: 20, height: 20 };
const options = { longest: 16, shortest: 4, minConfidence: 0.3, minAgreement: 0.6 };
const readFrame = (index: number): Frame =>
  packedFrame('gray8', { width: 2, height: 2 }, new Uint8Array(4), { sequence: index });

/** Follows whichever of the scripted objects was selected; `swap` moves it to the other one at that frame, for good. */
function scriptedTracker(places: readonly ((frame: number) => Box)[], swapAt = Infinity): Tracker {
  let object = 0;
  const track = (frame: Frame, box: Box): Track => ({
    state: 'tracking',
    box,
    confidence: 0.9,
    velocity: null,
    frame,
    target: 1,
  });
  return {
    init: (frame, box) => {
      object = places.reduce(
        (best, place, i) =>
          iou(place(frame.sequence), box) > iou(places[best]!(frame.sequence), box) ? i : best,
        0,
      );
      return Promise.resolve(track(frame, box));
    },
    update: (frame) => {
      if (frame.sequence === swapAt && object === 0) object = 1;
      return Promise.resolve(track(frame, places[object]!(frame.sequence)));
    },
    stop: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
}

const mover = (frame: number): Box => ({ ...start, cx: 50 + 3 * frame });
const crosser = (frame: number): Box => ({ ...start, cx: 140 - 3 * frame, cy: 60 });

test('an object that comes back to where it began becomes a tracklet of full grade', async (t) => {
  const found = await trackBothWays(
    scriptedTracker([mover]),
    readFrame,
    { start: 0, last: 100, box: start },
    options,
  );
  t.is(found?.length, 17);
  t.deepEqual(found![16]!.box, mover(16));
  t.true(found!.every(({ grade }) => grade > 0.85));
});

test('a target that was swapped for another on the way is rejected by the way back', async (t) => {
  const places = [mover, crosser];
  const found = await trackBothWays(
    scriptedTracker(places, 10),
    readFrame,
    { start: 0, last: 100, box: start },
    options,
  );
  // the longest run before the swap that agrees: 16 -> 8
  t.is(found?.length, 9);
  t.deepEqual(found!.at(-1)!.box, mover(8));
  const early = await trackBothWays(
    scriptedTracker(places, 3),
    readFrame,
    { start: 0, last: 100, box: start },
    options,
  );
  t.is(early, null);
});

test('mining stops at the end of the shot', async (t) => {
  const found = await trackBothWays(
    scriptedTracker([mover]),
    readFrame,
    { start: 4, last: 9, box: mover(4) },
    options,
  );
  t.deepEqual(
    found?.map(({ frame }) => frame),
    [4, 5, 6, 7, 8, 9],
  );
});
