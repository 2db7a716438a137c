import test from 'ava';
import { InferenceError, SourceError, UsageError } from '../../../src/core/errors.js';
import type { Box } from '../../../src/core/geometry/box.js';
import { MemorySink } from '../../../src/core/ports/memory/memory-sink.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import type { FrameSource } from '../../../src/core/ports/frame-source.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { runLive, type LiveOptions } from '../../../src/runtime/live/run-live.js';
import { plainFrames } from '../../support/frames.js';

const local = { kind: 'local' } as const;
const box: Box = { cx: 100, cy: 80, width: 30, height: 20 };

/** A run over plain frames that notes what was disposed. */
function scene(count = 5, fault?: SourceError) {
  const disposed: number[] = [];
  const frames = plainFrames({ count, onDispose: (sequence) => disposed.push(sequence) });
  const sink = new MemorySink();
  const source: FrameSource = new MemorySource(frames, fault && { fault });
  const options: LiveOptions = { source, tracker: new IdentityTracker(), sinks: [sink], select: box };
  return { disposed, sink, source, options };
}

test('every frame is tracked, published to every sink and disposed', async (t) => {
  const { options, disposed, sink } = scene();
  const second = new MemorySink();
  const summary = await runLive({ ...options, sinks: [sink, second] });
  t.deepEqual(disposed, [0, 1, 2, 3, 4]);
  t.deepEqual(
    sink.tracks.map(({ frame }) => frame.sequence),
    [0, 1, 2, 3, 4],
  );
  t.deepEqual(second.tracks, sink.tracks);
  t.like(summary, { frames: 5, ended: 'source ended', dropped: 0 });
  t.is(summary.states.tracking, 5);
});

test('without a selection the loop is idle', async (t) => {
  const { options } = scene();
  t.is((await runLive({ ...options, select: null })).states.idle, 5);
});

test('the loop ends at the frame limit, counted after the frames left out', async (t) => {
  const { options, disposed, sink } = scene(10);
  const summary = await runLive({ ...options, startFrame: 3, maxFrames: 4 });
  t.is(summary.ended, 'frame limit');
  t.deepEqual(
    sink.tracks.map(({ frame }) => frame.sequence),
    [3, 4, 5, 6],
  );
  t.deepEqual(disposed, [0, 1, 2, 3, 4, 5, 6]);
});

test('aborting ends the loop within one frame, without an error', async (t) => {
  const { options, sink } = scene(10);
  const controller = new AbortController();
  const summary = await runLive({
    ...options,
    signal: controller.signal,
    tracker: new (class extends IdentityTracker {
      override update(...args: Parameters<IdentityTracker['update']>) {
        controller.abort();
        return super.update(...args);
      }
    })(),
  });
  t.is(summary.ended, 'interrupted');
  t.is(sink.tracks.length, 2);
});

test('a fault of the source is thrown, after what came before it was published', async (t) => {
  const { options, disposed, sink } = scene(3, new SourceError('memory://: unplugged'));
  await t.throwsAsync(runLive(options), { instanceOf: SourceError, message: 'memory://: unplugged' });
  t.is(sink.tracks.length, 3);
  t.deepEqual(disposed, [0, 1, 2]);
});

test('a fault of the tracker is thrown, and its frame disposed', async (t) => {
  const { options, disposed } = scene();
  const tracker = new IdentityTracker();
  tracker.update = () => Promise.reject(new InferenceError('worker died'));
  await t.throwsAsync(runLive({ ...options, tracker }), { instanceOf: InferenceError });
  t.deepEqual(disposed, [0, 1]);
});

test('a sink that throws is told of once and stops nobody', async (t) => {
  const { options, sink } = scene();
  const broken = new MemorySink();
  broken.publish = () => {
    throw new Error('broken sink');
  };
  const faults: unknown[] = [];
  const onSinkFault: LiveOptions['onSinkFault'] = (_, error) => faults.push(error);
  const summary = await runLive({ ...options, sinks: [broken, sink], onSinkFault });
  t.is(summary.frames, 5);
  t.is(sink.tracks.length, 5);
  t.is(faults.length, 1);
});

test('a selection outside the frame is a usage error that quotes --box', async (t) => {
  const { options, disposed } = scene();
  const outside = { ...box, cx: 5000 };
  const error = await t.throwsAsync(runLive({ ...options, select: outside }), { instanceOf: UsageError });
  t.regex(error.message, /^--box 4985,70,30,20: lies outside the 320x240 frame/);
  t.deepEqual(disposed, [0]);
});

test('leaving out more frames than there are is a usage error', async (t) => {
  const { options } = scene();
  await t.throwsAsync(runLive({ ...options, startFrame: 5 }), {
    instanceOf: UsageError,
    message: /--start-frame 5: the source has only 5 frames/,
  });
});

test('a source without frames is an error, not an empty success', async (t) => {
  const { options, source } = scene();
  source.frames = async function* () {
    // ends at once
  };
  await t.throwsAsync(runLive(options), { instanceOf: SourceError, message: /no frames/ });
});

test('latency counts from the capture of live frames, from the delivery of recorded ones', async (t) => {
  const clock = () => 1_000_000_000n;
  const { options } = scene(2);
  t.is((await runLive({ ...options, clock })).latencyMs.max, 0);
  const live = new MemorySource(plainFrames({ count: 1 }), { live: true });
  t.is((await runLive({ ...options, source: live, clock })).latencyMs.max, 1000);
});

test('commands select, stop and select again between frames', async (t) => {
  const { options, sink } = scene(6);
  const control = new LiveControl();
  const answers: unknown[] = [];
  const at: Record<number, () => void> = {
    1: () => void control.execute({ kind: 'select', box }, local).then((it) => answers.push(it)),
    3: () => void control.execute({ kind: 'stop' }, local).then((it) => answers.push(it)),
    4: () =>
      void control.execute({ kind: 'select', point: { x: 60, y: 70 } }, local).then((it) => answers.push(it)),
  };
  const trigger = new MemorySink();
  trigger.publish = ({ frame }) => at[frame.sequence]?.();
  await runLive({ ...options, select: null, control, sinks: [sink, trigger] });
  t.deepEqual(
    sink.tracks.map(({ state, target }) => `${state} ${target}`),
    ['idle 0', 'idle 0', 'tracking 1', 'tracking 1', 'idle 0', 'tracking 2'],
  );
  t.deepEqual(sink.tracks[5]!.box, { cx: 60, cy: 70, width: 30, height: 30 });
  t.is(answers.length, 3);
});

test('a command with a bad box is refused with a reason, and the loop goes on', async (t) => {
  const { options } = scene();
  const control = new LiveControl();
  const answer = control.execute({ kind: 'select', box: { ...box, width: Number.NaN } }, local);
  const summary = await runLive({ ...options, control });
  t.like(await answer, { accepted: false });
  t.is(summary.states.tracking, 5);
});

test('a command that waits when the loop ends, or comes later, is refused', async (t) => {
  const { options } = scene();
  const control = new LiveControl();
  const tracker = new IdentityTracker();
  let waiting: Promise<unknown> | undefined;
  tracker.update = () => {
    waiting = control.execute({ kind: 'stop' }, local);
    return Promise.reject(new InferenceError('worker died'));
  };
  await t.throwsAsync(runLive({ ...options, tracker, control }), { message: 'worker died' });
  t.like(await waiting, { accepted: false, reason: 'the live loop has ended' });
  t.like(await control.execute({ kind: 'stop' }, local), { accepted: false });
  t.like(await control.execute({ kind: 'status' }, local), { accepted: true });
});
