/** A tracker module for the worker: what it does on an update stands in the first byte of the frame. */
import { UsageError } from '../../../src/core/errors.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import type { TrackerService } from '../../../src/runtime/worker/tracker-service.js';
import { tinyContract } from '../inference/tiny-model.js';

export const script = {
  follow: 0,
  /** Notifies the word at byte 4 and sleeps until it is 2: needs shared memory. */
  rendezvous: 1,
  /** The thread ends. */
  exit: 2,
  /** An error outside any promise. */
  crash: 3,
  /** The update rejects with a plain error. */
  fail: 4,
  /** Answers the sum of the pixels as confidence. */
  sum: 5,
  /** Never answers. */
  hang: 6,
} as const;

export function openTracker(settings: unknown): Promise<TrackerService> {
  if (settings === 'refuse') return Promise.reject(new UsageError('settings "refuse" are refused'));
  if (settings === 'hang') return new Promise(() => setInterval(() => undefined, 1000));
  const tracker = new IdentityTracker();
  const sha256 = '0'.repeat(64);
  return Promise.resolve({
    tracker: {
      init: (frame, box) => tracker.init(frame, box),
      async update(frame) {
        const track = await tracker.update(frame);
        return { ...track, confidence: await play(frame) };
      },
      stop: () => tracker.stop(),
      dispose: () => tracker.dispose(),
    },
    model: {
      contract: {
        ...tinyContract,
        template: { ...tinyContract.template, sha256 },
        search: { ...tinyContract.search, sha256 },
      },
      provider: 'cpu',
      providerReport: [{ provider: 'cpu', outcome: 'used', reason: '' }],
    },
  });
}

async function play(frame: Frame): Promise<number> {
  const { data } = frame.planes[0]!;
  switch (data[0]) {
    case script.rendezvous:
      return rendezvous(data);
    case script.exit:
      process.exit(3);
      break;
    case script.crash:
      setImmediate(() => {
        throw new Error('crashed on purpose');
      });
      return new Promise<never>(() => undefined);
    case script.fail:
      throw new RangeError('failed on purpose');
    case script.sum:
      return frame.planes.reduce((sum, plane) => sum + plane.data.reduce((a, b) => a + b, 0), 0);
    case script.hang:
      return new Promise<never>(() => undefined);
    default:
      return 1;
  }
}

/** 1 when the main thread answered while this thread slept; 0 when it could not within ten seconds. */
function rendezvous(data: Uint8Array): number {
  const word = new Int32Array(data.buffer, data.byteOffset + 4, 1);
  Atomics.store(word, 0, 1);
  Atomics.wait(word, 0, 1, 10_000);
  return Atomics.load(word, 0) === 2 ? 1 : 0;
}
