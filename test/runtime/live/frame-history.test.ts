import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { FrameHistory, type HistoryBudget } from '../../../src/runtime/live/frame-history.js';
import { plainFrames } from '../../support/frames.js';

const plenty = { bytes: 1e9, ms: 1e6 };

/** A history of 20 frames, 40 ms apart from 100 on, of which the loop has let go. */
function history(budget: HistoryBudget | null = plenty, holdable = 100) {
  const disposed: number[] = [];
  const kept = new FrameHistory({ budget, holdable });
  for (const frame of plainFrames({ count: 20, first: 100, onDispose: (it) => disposed.push(it) })) {
    kept.keep(frame).dispose();
  }
  return { kept, disposed };
}

test('frames are kept by reference until the time, the memory or the source’s buffers run out', (t) => {
  t.deepEqual(history().kept.range(), { oldest: 100, newest: 119, frames: 20 });
  t.deepEqual(history().disposed, []);
  t.like(history({ bytes: 1e9, ms: 200 }).kept.range(), { oldest: 114 });
  t.like(history({ bytes: 320 * 240 * 7, ms: 1e6 }).kept.range(), { frames: 7 });
  const { kept, disposed } = history(plenty, 16);
  t.like(kept.range(), { frames: 10 });
  t.is(disposed.length, 10);
});

test('a source with few buffers gets them back at once: its frames are copied into shared memory', (t) => {
  const { kept, disposed } = history(plenty, 2);
  t.is(disposed.length, 20);
  t.like(kept.range(), { frames: 20 });
  const { data } = kept.find({ sequence: 107 }).planes[0]!;
  t.true(data.buffer instanceof SharedArrayBuffer);
  t.is(data[5], 107);
});

test('without a budget only the newest is kept, uncopied', (t) => {
  const { kept, disposed } = history(null, 1);
  t.deepEqual(kept.range(), { oldest: 119, newest: 119, frames: 1 });
  t.is(disposed.length, 19);
});

test('a reference finds its frame, or the nearest', (t) => {
  const { kept } = history();
  const timeOf = (sequence: number): bigint => BigInt(sequence) * 40_000_000n;
  t.is(kept.find({ sequence: 103 }).sequence, 103);
  t.is(kept.find({}).sequence, 119);
  t.is(kept.find({ timeNs: timeOf(110) + 19_000_000n }).sequence, 110);
  t.is(kept.find({ timeNs: timeOf(110) + 21_000_000n }).sequence, 111);
  t.is(kept.find({ timeNs: timeOf(119) + 500_000_000n }).sequence, 119);
});

test('a reference to what is not kept is refused with what is', (t) => {
  const { kept } = history();
  const refusal = (reference: Parameters<FrameHistory['find']>[0], message: RegExp): void => {
    t.throws(() => kept.find(reference), { instanceOf: UsageError, message });
  };
  refusal({ sequence: 99 }, /sequence 99: too old; the oldest kept frame is 100, of 4000000000 ns, 760 ms/);
  refusal({ sequence: 120 }, /has not come yet; the newest frame is 119/);
  refusal({ timeNs: 1n }, /timeNs 1: too old; the oldest kept frame is 100/);
  refusal({ timeNs: 10_000_000_000n }, /future/);
  t.throws(() => new FrameHistory({ budget: plenty, holdable: 9 }).find({}), { message: /no frame yet/ });
});

test('neighbours in time, and those newer than a frame, can be asked for', (t) => {
  const { kept } = history();
  t.is(kept.nearestTo(105n * 40_000_000n, 105)?.sequence, 104);
  t.deepEqual(
    kept.after(117).map(({ sequence }) => sequence),
    [118, 119],
  );
  t.deepEqual(kept.after(119), []);
});

test('disposing lets everything go, but what others share', (t) => {
  const { kept, disposed } = history();
  const own = kept.find({ sequence: 110 }).share();
  kept[Symbol.dispose]();
  t.is(disposed.length, 19);
  own.dispose();
  t.is(disposed.length, 20);
});
