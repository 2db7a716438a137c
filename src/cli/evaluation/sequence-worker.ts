import type { FrameSource } from '../../core/ports/frame-source.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';
import { openSource } from '../../runtime/sources/open-source.js';
import { runSequence } from '../../training/evaluate/run-sequence.js'; // not the index, which loads the charts
import { runCases } from '../../training/occlude/run-cases.js';
import { serveThread } from '../../training/jobs/serve-thread.js';
import type { SequenceTask, WorkerSetup } from './messages.js';

/**
 * A thread that opens the model once and runs what it is sent; it reports frames and answers a SequenceRun, an OcclusionRun, or
 * null for null.
 */
serveThread(async ({ model, parameters }: WorkerSetup) => {
  const network = await openOnnxNetwork(model);
  const createTracker = (): Tracker => createSiameseTracker(network, parameters);
  const openSequence = (path: string): Promise<FrameSource> => openSource(path);
  return async (task: SequenceTask | null, { report, signal }) => {
    if (task === null) return null;
    const onFrame = (frames: number): void => {
      if (frames % 10 === 0) report(frames);
    };
    const { sequence } = task;
    if ('occlude' in task) {
      return await runCases(sequence, { ...task.occlude, createTracker, openSequence, onFrame, signal });
    }
    return await runSequence(sequence, {
      createTracker: () => Promise.resolve(createTracker()),
      openSequence,
      onFrame,
      pictures: task.pictures,
      signal,
    });
  };
});
