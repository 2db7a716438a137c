/** The worker's entry: opens a tracker and answers requests, one after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { growBox } from '../../core/selection/grow-box.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { DecodingTracker } from './decoding-tracker.js';
import { errorToMessage } from './error-transfer.js';
import { createFrameDecoder, type FrameDecoder } from './frame-decoder.js';
import { frameOfMessage } from './frame-transfer.js';
import { parseRequest, type Reply, type Request } from './protocol.js';
import type { TrackerModule, TrackerService, WorkerStart } from './tracker-service.js';

const port = parentPort;
if (port === null) throw new Error('tracker-worker runs as a worker thread only');
const say = (reply: Reply): void => {
  port.postMessage(reply);
};

try {
  const { module, settings } = workerData as WorkerStart;
  const tracking = (await import(module)) as TrackerModule;
  const service = await tracking.openTracker(settings);
  serve(service);
  say({ kind: 'ready', model: service.model });
} catch (error) {
  say({ kind: 'broken', error: errorToMessage(error) });
}

interface Serving {
  readonly tracker: Tracker;
  readonly decode: FrameDecoder;
}

function serve({ tracker, model }: TrackerService): void {
  const decode = createFrameDecoder();
  const serving = { tracker: new DecodingTracker(tracker, model.contract, decode), decode };
  // a request waits for the one before it, so that closing never pulls the network from under an update
  let last: Promise<void> = Promise.resolve();
  port!.on('message', (message: unknown) => {
    const request = parseRequest(message);
    last = last.then(async () => {
      say(await answer(serving, request).catch((error: unknown) => failure(request, error)));
      if (request.kind === 'dispose') port!.close();
    });
  });
}

async function answer({ tracker, decode }: Serving, request: Request): Promise<Reply> {
  const { id } = request;
  const start = performance.now();
  switch (request.kind) {
    case 'init': {
      const track = await tracker.init(frameOfMessage(request.frame), request.box);
      return { kind: 'track', id, track, elapsedMs: performance.now() - start };
    }
    case 'update': {
      const track = await tracker.update(frameOfMessage(request.frame));
      return { kind: 'track', id, track, elapsedMs: performance.now() - start };
    }
    case 'grow': {
      const frames = [request.frame, ...request.neighbours].map(frameOfMessage);
      const [frame, ...neighbours] = await Promise.all(frames.map((it) => decode(it)));
      const { point, wider } = request;
      return { kind: 'box', id, box: growBox({ point, frame: frame!, neighbours, wider }) };
    }
    case 'stop':
      await tracker.stop();
      return { kind: 'done', id };
    case 'dispose':
      await tracker.dispose();
      return { kind: 'done', id };
  }
}

function failure({ id }: Request, error: unknown): Reply {
  return { kind: 'failed', id, error: errorToMessage(error) };
}
