import test from 'ava';
import { writeRandomModel, type WrittenModel } from '../../bench/random-layers.js';
import { randomNano } from '../../bench/random-nano.js';
import { createSiameseTracker } from '../../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../src/runtime/inference/onnx-network.js';
import { openWorkerTracker } from '../../src/runtime/worker/worker-tracker.js';
import { plainFrames } from '../support/frames.js';
import { networkContract } from './network.contract.js';
import { trackerContract } from './tracker.contract.js';

let model: WrittenModel;

test.before(async () => {
  model = await writeRandomModel(randomNano);
});
test.after.always(() => model[Symbol.asyncDispose]());

const scene = () => ({ frames: plainFrames(), box: { cx: 100, cy: 80, width: 30, height: 20 } });

networkContract(test, 'onnxruntime network', { open: () => openOnnxNetwork(model.dir), serial: true });
trackerContract(test, 'Siamese tracker', {
  open: async () => createSiameseTracker(await openOnnxNetwork(model.dir)),
  scene,
  serial: true,
});
trackerContract(test, 'Siamese tracker in a worker', {
  open: () => openWorkerTracker({ modelDir: model.dir }),
  scene,
  serial: true,
});
