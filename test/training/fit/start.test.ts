import { join } from 'node:path';
import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { fit, type FitOptions } from '../../../src/training/fit/fit.js';
import { cloneParameters, fingerprint, initialParameters } from '../../../src/training/network/parameters.js';
import { tiny } from '../../../src/training/network/spec.js';
import { pairAugmentation } from '../../../src/training/presets.js';
import { makeRenderedStore, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;
let engine: Engine;

test.before(async () => {
  rendered = await makeRenderedStore();
  engine = await openEngine({ wish: ['onednn', 'ort', 'wasm'], precision: 'fp32' });
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
  await rendered.remove();
});

test('a run goes on only with the very weights it began with, whatever they are called', async (t) => {
  const first = initialParameters(tiny, createRandom(1));
  const other = cloneParameters(first);
  const filter = other.get('score.filter')!.data;
  filter[0] = filter[0]! + 1e-6;
  t.not(fingerprint(first), fingerprint(other));

  const run = (start: FitOptions['start'], steps: number): ReturnType<typeof fit> =>
    fit({
      engine,
      storeDir: rendered.dir,
      out: join(rendered.scratch, 'start'),
      data: {
        spec: tiny,
        batchSize: 2,
        seed: 11,
        ...pairAugmentation,
        tracklets: [],
        minedShare: 0,
        maxInterval: 0,
        imageShare: 0.4,
      },
      optimiser: {
        steps,
        learningRate: 1e-3,
        warmup: 1,
        weightDecay: 1e-4,
        averageDecay: 0.9,
        checkpointEvery: 2,
      },
      start,
    });
  await run({ name: 'fit-0', parameters: first }, 2);
  await t.throwsAsync(run({ name: 'fit-0', parameters: other }, 2), { any: true, message: /other options/ });
  await t.notThrowsAsync(run({ name: 'fit-0', parameters: first }, 2));
});
