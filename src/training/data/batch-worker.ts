import { parentPort, workerData } from 'node:worker_threads';
import { ObjectBatch } from '../discriminate/object-batch.js';
import { ObjectSource } from '../discriminate/object-source.js';
import { openFrameStore } from '../store/frame-store.js';
import type { BatchRequest, BatchWorkerData } from './batch-messages.js';
import { PairBatch } from './pair-batch.js';
import { PairSource } from './pair-source.js';
import { asPictureStore, type PictureStore } from './picture-store.js';

/** Renders the batches it is asked for into shared memory and says when each is done. */
const port = parentPort;
if (!port) throw new Error('batch-worker runs in a worker thread');
const data = workerData as BatchWorkerData;
const render = renderer(asPictureStore(await openFrameStore(data.storeDir), data.options.holdOut), data);
port.on('message', ({ index, buffer }: BatchRequest) => {
  render(index, buffer);
  port.postMessage({ index });
});

function renderer(
  store: PictureStore,
  { kind, options }: BatchWorkerData,
): (index: number, buffer: SharedArrayBuffer) => void {
  if (kind === 'pairs') {
    const source = new PairSource(store, options);
    return (index, buffer) => {
      source.render(index, new PairBatch(options, buffer));
    };
  }
  const source = new ObjectSource(store, options);
  return (index, buffer) => {
    source.render(index, new ObjectBatch(options, buffer));
  };
}
