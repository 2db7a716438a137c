import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';
import { openSource } from '../../runtime/sources/open-source.js';
import { runSequence } from '../../training/evaluate/run-sequence.js'; // not the index, which loads the charts
import { readSequence } from '../../training/evaluate/sequence-folder.js';
import type { JobInput } from '../../training/jobs/job.js';
import { writeResult } from '../../training/jobs/result-file.js';
import { serveThread } from '../../training/jobs/serve-thread.js';
import type { SequenceSetup } from './sequence-job.js';

/** Opens the model once, and runs the sequences it is named into their files. */
serveThread(async ({ model, parameters, sequences }: SequenceSetup) => {
  const network = await openOnnxNetwork(model);
  return async ({ name, result }: JobInput): Promise<void> => {
    const run = await runSequence(await readSequence(sequences, name), {
      createTracker: () => Promise.resolve(createSiameseTracker(network, parameters)),
      openSequence: (path) => openSource(path),
    });
    await writeResult(result, run);
  };
});
