import { parentPort, workerData } from 'node:worker_threads';
import { openFrameStore } from '../store/frame-store.js';
import { type BatchRequest, type BatchWorkerData } from './batch-messages.js';
import { PairBatch } from './pair-batch.js';
import { PairSource } from './pair-source.js';
import { asPictureStore } from './picture-store.js';

/** Renders the batches it is asked for into shared memory and says when each is done. */
const port = parentPort;
if (!port) throw new Error('batch-worker runs in a worker thread');
const { storeDir, options } = workerData as BatchWorkerData;
const store = await openFrameStore(storeDir);
const source = new PairSource(asPictureStore(store), options);
port.on('message', ({ index, buffer }: BatchRequest) => {
  source.render(index, new PairBatch(options.spec, options.batchSize, buffer));
  port.postMessage({ index });
});
