import { parentPort, workerData } from 'node:worker_threads';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../runtime/inference/onnx-network.js';
import { openSource } from '../../runtime/sources/open-source.js';
import { runSequence } from '../../training/evaluate/run-sequence.js'; // not the index, which loads the charts
import type { Reply, Request, WorkerSetup } from './messages.js';
import { flattenError } from './plain-error.js';

/** A thread that opens the model once and runs the sequences it is sent. */
const port = parentPort;
if (port === null) throw new Error('sequence-worker runs as a worker thread only');
const reply = (message: Reply): void => {
  port.postMessage(message);
};
const { model, parameters } = workerData as WorkerSetup;

try {
  const network = await openOnnxNetwork(model);
  let current = new AbortController();
  port.on('message', (request: Request) => {
    if (request.kind === 'abort') {
      current.abort();
      return;
    }
    current = new AbortController();
    runSequence(request.sequence, {
      createTracker: () => Promise.resolve(createSiameseTracker(network, parameters)),
      openSequence: (path) => openSource(path),
      onFrame: (frames) => {
        if (frames % 10 === 0) reply({ kind: 'frame', frames });
      },
      pictures: request.pictures,
      signal: current.signal,
    }).then(
      (run) => {
        reply({ kind: 'done', run });
      },
      (error: unknown) => {
        reply({ kind: 'failed', error: flattenError(error) });
      },
    );
  });
  reply({ kind: 'ready' });
} catch (error) {
  reply({ kind: 'failed', error: flattenError(error) });
}
