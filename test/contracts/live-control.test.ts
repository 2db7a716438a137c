import test from 'ava';
import { packedFrame, type Frame } from '../../src/core/image/frame.js';
import { IdentityTracker } from '../../src/core/tracking/identity-tracker.js';
import type { FrameSource } from '../../src/core/ports/frame-source.js';
import { LiveControl } from '../../src/runtime/live/live-control.js';
import { runLive } from '../../src/runtime/live/run-live.js';
import { controlContract } from './control.contract.js';

/** Grey frames without end, as fast as they are taken but for a breath. */
function endlessSource(): FrameSource {
  let stopped = false;
  const close = (): Promise<void> => {
    stopped = true;
    return Promise.resolve();
  };
  const size = { width: 100, height: 100 };
  return {
    describe: () => ({ uri: 'grey://', ...size, format: 'gray8', fps: 100, live: true, detail: 'grey' }),
    statistics: () => ({ delivered: 0, dropped: 0 }),
    async *frames(): AsyncGenerator<Frame> {
      for (let sequence = 0; !stopped; sequence += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const capturedAtNs = process.hrtime.bigint();
        yield packedFrame('gray8', size, new Uint8Array(100 * 100), { sequence, capturedAtNs });
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

controlContract(test, 'the live loop’s control', {
  open: async (options) => {
    const control = new LiveControl(options);
    const ending = new AbortController();
    const tracker = new IdentityTracker();
    const running = runLive({ source: endlessSource(), tracker, control, signal: ending.signal });
    while (control.status().frames === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    return {
      control,
      close: async () => {
        ending.abort();
        await running;
      },
    };
  },
});
