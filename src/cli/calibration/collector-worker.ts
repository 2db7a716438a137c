import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';
import { collectSamples, type OnEvidence } from '../../training/calibrate/index.js';
import { serveThread } from '../../training/jobs/serve-thread.js';
import { openFrameStore } from '../../training/store/frame-store.js';
import type { CollectorAnswer, CollectorSetup, CollectorTask } from './messages.js';

/** Opens model and store once, and collects the samples of the clips it is named. */
serveThread(async ({ model, store: dir, parameters, options }: CollectorSetup) => {
  const network = await openOnnxNetwork(model);
  const store = await openFrameStore(dir);
  const clips = new Map(store.clips.map((clip) => [clip.name, clip]));
  const tracker = (onEvidence: OnEvidence): Tracker =>
    createSiameseTracker(network, parameters, { onEvidence });
  return async (name: CollectorTask): Promise<CollectorAnswer> => {
    const clip = name === null ? undefined : clips.get(name);
    return clip === undefined ? [] : await collectSamples(store, clip, tracker, options);
  };
});
