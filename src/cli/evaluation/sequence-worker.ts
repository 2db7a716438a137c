import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';
import { openSource } from '../../runtime/sources/open-source.js';
import { runSequence } from '../../training/evaluate/run-sequence.js'; // not the index, which loads the charts
import { serveThread } from '../../training/jobs/serve-thread.js';
import type { SequenceTask, WorkerSetup } from './messages.js';

/** A thread that opens the model once and runs the sequences it is sent; it reports frames and answers a SequenceRun (null for null). */
serveThread(async ({ model, parameters }: WorkerSetup) => {
  const network = await openOnnxNetwork(model);
  return async (task: SequenceTask | null, { report, signal }) => {
    if (task === null) return null;
    return await runSequence(task.sequence, {
      createTracker: () => Promise.resolve(createSiameseTracker(network, parameters)),
      openSequence: (path) => openSource(path),
      onFrame: (frames) => {
        if (frames % 10 === 0) report(frames);
      },
      pictures: task.pictures,
      signal,
    });
  };
});
