import { packedFrame } from '../../core/image/frame.js';
import type { SiameseOptions } from '../../core/tracking/siamese/options.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { defaultEngineFolder } from '../engine/find-engines.js';
import type { ExecutionProvider } from '../inference/execution-provider.js';
import { openOnnxNetwork } from '../inference/onnx-network.js';
import type { TrackerService } from './tracker-service.js';

export interface SiameseSettings {
  readonly modelDir: string;
  readonly providers: readonly ExecutionProvider[];
  readonly threads: number;
  readonly tracker: Partial<SiameseOptions>;
}

/** The tracker module of the runtime: the Siamese tracker over onnxruntime. */
export async function openTracker(settings: unknown): Promise<TrackerService> {
  const { modelDir, providers, threads, tracker: options } = settings as SiameseSettings;
  const { env: environment } = process;
  const engines = defaultEngineFolder(environment);
  const network = await openOnnxNetwork(modelDir, { providers, threads, engines });
  const { contract, provider, providerReport } = network;
  const tracker = createSiameseTracker(network, options);
  await warmUp(createSiameseTracker(network, options));
  return {
    tracker: {
      init: (frame, box) => tracker.init(frame, box),
      update: (frame) => tracker.update(frame),
      stop: () => tracker.stop(),
      async dispose() {
        await tracker.dispose();
        await network.dispose();
      },
    },
    model: { contract, provider, providerReport: [...providerReport] },
  };
}

/** Runs a few updates on a grey picture, so that the first live frame meets compiled code and touched memory. */
async function warmUp(tracker: Tracker): Promise<void> {
  const size = { width: 64, height: 64 };
  const frame = packedFrame('yuv420p', size, new Uint8Array(64 * 64 * 1.5).fill(128));
  await tracker.init(frame, { cx: 32, cy: 32, width: 16, height: 16 });
  for (let i = 0; i < 5; i += 1) await tracker.update(frame);
  await tracker.dispose();
}
