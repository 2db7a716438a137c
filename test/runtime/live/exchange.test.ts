import test, { type ExecutionContext } from 'ava';
import type { Box } from '../../../src/core/geometry/box.js';
import { type Frame, packedFrame } from '../../../src/core/image/frame.js';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { FrameHistory } from '../../../src/runtime/live/frame-history.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import type { LiveTracker } from '../../../src/runtime/live/live-tracker.js';
import { runLive } from '../../../src/runtime/live/run-live.js';
import { TrackerSeat } from '../../../src/runtime/live/tracker-seat.js';
import { endlessSource } from '../../support/endless-source.js';

const local = { kind: 'local' } as const;
const box = { cx: 30, cy: 20, width: 10, height: 8 };

/** Remembers on which frames it was begun and asked. */
class NotingTracker extends IdentityTracker implements LiveTracker {
  readonly begun: number[] = [];
  readonly asked: number[] = [];
  disposed = false;
  /** What it takes to begin. */
  beginning: Promise<void> = Promise.resolve();
  /** What happens while it is asked about a frame. */
  onAsked: (sequence: number) => void = () => undefined;
  /** Begins here instead. */
  strays: Box | null = null;

  override async init(frame: Frame, at: Box) {
    this.begun.push(frame.sequence);
    const track = await super.init(frame, this.begun.length === 1 ? (this.strays ?? at) : at);
    await this.beginning;
    return track;
  }

  override update(frame: Frame) {
    this.asked.push(frame.sequence);
    this.onAsked(frame.sequence);
    return super.update(frame);
  }

  override dispose() {
    this.disposed = true;
    return super.dispose();
  }
}

/** Runs with a first tracker, has the second take over after ten tracks, and goes on until ten more were published. */
async function exchange(t: ExecutionContext, second: NotingTracker, during?: (tracks: number) => void) {
  const first = new NotingTracker();
  const control = new LiveControl();
  const sink = new MemorySink();
  const watch = new MemorySink();
  const stop = new AbortController();
  let answeredAt: number | null = null;
  let answer: unknown = null;
  watch.publish = () => {
    const { length } = sink.tracks;
    if (length === 10) {
      void control.execute({ kind: 'model', name: 'second' }, local).then((it) => {
        answer = it;
        answeredAt = sink.tracks.length;
      });
    }
    during?.(length);
    if (answeredAt !== null && length > answeredAt + 10) stop.abort();
  };
  const source = endlessSource({
    ...{ width: 64, height: 48, live: false, everyMs: 5 },
    firstByteOf: () => 0,
  });
  await runLive({
    ...{ source, tracker: first, control, sinks: [sink, watch], select: box },
    supply: { open: () => Promise.resolve(second) },
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]),
  });
  t.like(answer, { accepted: true });
  return { first, second, tracks: sink.tracks, answeredAt: answeredAt! };
}

test('while a tracker begins that is to take over, the present one goes on following', async (t) => {
  const second = new NotingTracker();
  let begin: () => void = () => undefined;
  second.beginning = new Promise((resolve) => (begin = resolve));
  const { first, tracks, answeredAt } = await exchange(t, second, (published) => {
    if (published === 25) begin();
  });
  t.true(answeredAt >= 25, `answered after ${answeredAt} tracks`);
  t.deepEqual(
    tracks.map(({ frame }) => frame.sequence),
    tracks.map((_, index) => index),
    'not one frame without a track',
  );
  t.true(tracks.every(({ target, state }) => target === 1 && state === 'tracking'));
  t.true(first.disposed);
});

test('a tracker that is to take over begins in the past, and sees the target move up to the present', async (t) => {
  const { second } = await exchange(t, new NotingTracker());
  t.is(second.begun.length, 1);
  const [begun] = second.begun;
  t.true(begun! <= 5, `begun on frame ${begun}`);
  t.deepEqual(
    second.asked,
    second.asked.map((_, index) => begun! + 1 + index),
    'every frame from there on, in order',
  );
});

test('one that follows something else by then begins again where the target is', async (t) => {
  const second = new NotingTracker();
  second.strays = { ...box, cx: 50, cy: 40 };
  const { tracks } = await exchange(t, second);
  t.is(second.begun.length, 2);
  t.true(second.begun[1]! > second.begun[0]!);
  t.true(tracks.every(({ box: at }) => at?.cx === box.cx));
});

test('frames that are let go while a slow tracker takes over are passed by', async (t) => {
  using history = new FrameHistory({ budget: { ms: 100 }, holdable: 0 }); // of frames 30 ms apart: four
  const keep = (from: number, to: number): void => {
    for (let sequence = from; sequence <= to; sequence += 1) {
      const capturedAtNs = BigInt(sequence) * 30_000_000n;
      const size = { width: 64, height: 48 };
      history.keep(packedFrame('gray8', size, new Uint8Array(64 * 48), { sequence, capturedAtNs })).dispose();
    }
  };
  const second = new NotingTracker();
  second.onAsked = (sequence) => {
    if (sequence === 5) keep(6, 8); // while it rehearses
    if (sequence === 6) keep(9, 20); // while it sits down: 7 and 8 are gone
  };
  await using seat = new TrackerSeat({
    ...{ tracker: new NotingTracker(), history, clock: () => 0n, catchUpMs: 0 },
    supply: { open: () => Promise.resolve(second) },
  });
  keep(0, 3);
  await seat.select(history.newest!, box);
  keep(4, 5);
  await seat.swap('second');
  t.deepEqual(second.asked, [5, 6, 17, 18]);
  t.is(history.newest!.sequence, 20);
});
