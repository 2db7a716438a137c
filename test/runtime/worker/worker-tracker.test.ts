import test from 'ava';
import { InferenceError, UsageError } from '../../../src/core/errors.js';
import { packedFrame, type Frame } from '../../../src/core/image/frame.js';
import { openTrackerModule, type WorkerTracker } from '../../../src/runtime/worker/worker-tracker.js';
import { script } from './scripted-tracker.js';

const module = new URL('./scripted-tracker.js', import.meta.url);
const size = { width: 8, height: 6 };
const box = { cx: 4, cy: 3, width: 2, height: 2 };

function open(settings: unknown = {}, signal?: AbortSignal): Promise<WorkerTracker> {
  return openTrackerModule(module, settings, signal);
}

/** A grey frame that tells the scripted tracker what to do. */
function frame(action: number = script.follow, data: Uint8Array = new Uint8Array(48)): Frame {
  data[0] = action;
  return packedFrame('gray8', size, data, { sequence: 7, capturedAtNs: 123n });
}

test('the tracker in the worker answers as it would in this thread', async (t) => {
  await using tracker = await open();
  t.is(tracker.model.contract.name, 'tiny');
  t.is(tracker.model.provider, 'cpu');
  t.is((await tracker.update(frame())).state, 'idle');
  t.deepEqual((await tracker.init(frame(), box)).box, box);
  t.deepEqual(await tracker.update(frame()), {
    state: 'tracking',
    box,
    confidence: 1,
    velocity: { x: 0, y: 0 },
    frame: { sequence: 7, capturedAtNs: 123n, ...size },
    target: 1,
  });
  await tracker.stop();
  t.is((await tracker.update(frame())).state, 'idle');
});

test('a box that cannot be followed is a UsageError here too, and the worker goes on', async (t) => {
  await using tracker = await open();
  for (const wrong of [
    { ...box, cx: 100 },
    { ...box, width: 0 },
    { ...box, cy: NaN },
  ]) {
    await t.throwsAsync(tracker.init(frame(), wrong), { instanceOf: UsageError, message: /box/ });
  }
  t.is((await tracker.init(frame(), box)).state, 'tracking');
});

test('any other error of an update is an InferenceError, and the worker goes on', async (t) => {
  await using tracker = await open();
  const error = await t.throwsAsync(tracker.update(frame(script.fail)), {
    instanceOf: InferenceError,
    message: /failed on purpose/,
  });
  t.is((error.cause as Error).name, 'RangeError');
  t.is((await tracker.update(frame())).state, 'idle');
});

test('pixels arrive, whether the frame is shared, plain, or of another size than the last', async (t) => {
  await using tracker = await open();
  const pixels = Uint8Array.from({ length: 48 }, (_, index) => index);
  const sumOf = async (data: Uint8Array): Promise<number> =>
    (await tracker.update(frame(script.sum, data))).confidence;
  const expected = script.sum + (47 * 48) / 2;
  t.is(await sumOf(pixels), expected);
  const sharedPixels = new Uint8Array(new SharedArrayBuffer(100), 10, 48);
  sharedPixels.set(pixels);
  t.is(await sumOf(sharedPixels), expected);
  const large = packedFrame('nv12', { width: 16, height: 16 }, new Uint8Array(384).fill(script.sum));
  t.is((await tracker.update(large)).confidence, 384 * script.sum);
  t.is(await sumOf(pixels), expected);
});

test('this thread keeps running while the worker is busy, and shared frames are not copied', async (t) => {
  await using tracker = await open();
  const data = new Uint8Array(new SharedArrayBuffer(48));
  const word = new Int32Array(data.buffer, 4, 1);
  const pending = tracker.update(frame(script.rendezvous, data));
  // the worker sleeps with its thread blocked until this thread sees its mark and answers through the frame's own memory
  while (Atomics.load(word, 0) !== 1) await new Promise((resolve) => setTimeout(resolve, 1));
  Atomics.store(word, 0, 2);
  Atomics.notify(word, 0);
  t.is((await pending).confidence, 1);
});

test('statistics count updates and hold the worker’s own time', async (t) => {
  await using tracker = await open();
  t.deepEqual(tracker.statistics(), { updates: 0, updateMs: null });
  await tracker.init(frame(), box);
  t.is(tracker.statistics().updates, 0);
  await tracker.update(frame());
  await tracker.update(frame());
  const { updates, updateMs } = tracker.statistics();
  t.is(updates, 2);
  t.true(updateMs !== null && updateMs >= 0);
});

test('when the worker ends, the pending call and every later one reject', async (t) => {
  const tracker = await open();
  const ended = { instanceOf: InferenceError, message: /ended by itself with code 3/ };
  await t.throwsAsync(tracker.update(frame(script.exit)), ended);
  await t.throwsAsync(tracker.update(frame()), ended);
  await t.throwsAsync(tracker.stop(), ended);
  await tracker.dispose();
});

test('when the worker crashes, the pending call and every later one reject with its error', async (t) => {
  const tracker = await open();
  const crashed = { instanceOf: InferenceError, message: /crashed on purpose/ };
  await t.throwsAsync(tracker.update(frame(script.crash)), crashed);
  await t.throwsAsync(tracker.init(frame(), box), crashed);
  await tracker.dispose();
});

test('a call before the last one settled is refused', async (t) => {
  await using tracker = await open();
  const first = tracker.update(frame());
  await t.throwsAsync(tracker.update(frame()), {
    instanceOf: InferenceError,
    message: /before the last call/,
  });
  t.is((await first).state, 'idle');
});

test('dispose rejects the pending call, even of a worker that hangs, and may be repeated', async (t) => {
  const tracker = await open();
  const pending = t.throwsAsync(tracker.update(frame(script.hang)), {
    instanceOf: InferenceError,
    message: /closed/,
  });
  await Promise.all([tracker.dispose(), tracker.dispose(), pending]);
  await tracker.dispose();
  await t.throwsAsync(tracker.update(frame()), { instanceOf: InferenceError, message: /closed/ });
});

test('a tracker that cannot be opened rejects with its own error', async (t) => {
  await t.throwsAsync(open('refuse'), { instanceOf: UsageError, message: 'settings "refuse" are refused' });
  await t.throwsAsync(openTrackerModule(new URL('./no-such-module.js', import.meta.url), {}), {
    instanceOf: InferenceError,
    message: /no-such-module/,
  });
});

test('an aborted signal ends the opening with its reason', async (t) => {
  const reason = new Error('no longer wanted');
  await t.throwsAsync(open({}, AbortSignal.abort(reason)), { is: reason });
  const controller = new AbortController();
  const opening = open('hang', controller.signal);
  setTimeout(() => {
    controller.abort(reason);
  }, 20);
  await t.throwsAsync(opening, { is: reason });
});
