import test from 'ava';
import fc from 'fast-check';
import { planClips } from '../../../src/training/ingest/sampling.js';

const options = { maxFramesPerClip: 96, maxClipsPerVideo: 16, fps: 30 };

test('ten seconds at 30 fps become one clip of 96 frames at stride 3', (t) => {
  t.deepEqual(planClips(300, options), [{ first: 7, stride: 3, frames: 96 }]);
});

test('a short video is kept whole', (t) => {
  t.deepEqual(planClips(50, options), [{ first: 0, stride: 1, frames: 50 }]);
  t.deepEqual(planClips(96, options), [{ first: 0, stride: 1, frames: 96 }]);
  t.deepEqual(planClips(0, options), []);
});

test('a minute becomes several clips at five frames a second, evenly apart, ends included', (t) => {
  const plans = planClips(1800, options);
  t.deepEqual(plans, [
    { first: 0, stride: 6, frames: 96 },
    { first: 614, stride: 6, frames: 96 },
    { first: 1229, stride: 6, frames: 96 },
  ]);
});

test('an hour gives no more clips than allowed', (t) => {
  t.is(planClips(108_000, options).length, 16);
});

test('clips stay inside the video, in order, without sharing a frame', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 20 }),
      fc.option(fc.integer({ min: 1, max: 240 })),
      (available, maxFramesPerClip, maxClipsPerVideo, fps) => {
        let next = 0;
        for (const { first, stride, frames } of planClips(available, {
          maxFramesPerClip,
          maxClipsPerVideo,
          fps,
        })) {
          if (first < next || frames < 1 || frames > maxFramesPerClip) return false;
          next = first + (frames - 1) * stride + 1;
        }
        return next >= 1 && next <= available;
      },
    ),
  );
  t.pass();
});
