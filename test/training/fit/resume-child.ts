import { appendFileSync } from 'node:fs';
import { openEngine } from '../../../src/training/engine/engine.js';
import { fit } from '../../../src/training/fit/fit.js';
import { tiny } from '../../../src/training/network/spec.js';
import { pairAugmentation } from '../../../src/training/presets.js';

/** `node resume-child.js STORE OUT LOG`: fits the tiny network; a line in LOG for every step, so that the test knows when to kill. */
const [storeDir, out, log] = process.argv.slice(2) as [string, string, string];
await using engine = await openEngine({ wish: ['onednn', 'ort', 'wasm'], precision: 'fp32' });
await fit({
  engine,
  storeDir,
  out,
  data: {
    spec: tiny,
    batchSize: 4,
    seed: 11,
    ...pairAugmentation,
    tracklets: [],
    minedShare: 0,
    maxInterval: 0,
    imageShare: 0.4,
  },
  optimiser: {
    steps: 24,
    learningRate: 2e-3,
    warmup: 4,
    weightDecay: 1e-4,
    averageDecay: 0.9,
    checkpointEvery: 5,
  },
  logEvery: 4,
  onStep: (step) => {
    appendFileSync(log, `${step}\n`);
  },
});
