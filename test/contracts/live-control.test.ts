import test from 'ava';
import { IdentityTracker } from '../../src/core/tracking/identity-tracker.js';
import { LiveControl } from '../../src/runtime/live/live-control.js';
import { runLive } from '../../src/runtime/live/run-live.js';
import { endlessSource } from '../support/endless-source.js';
import { controlContract } from './control.contract.js';

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
