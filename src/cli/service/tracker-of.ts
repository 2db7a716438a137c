import { presetParameters } from '../../core/tracking/siamese/options.js';
import type { Config } from '../../runtime/config/schema.js';
import type { TrackerSupply } from '../../runtime/live/live-tracker.js';
import type { Log } from '../../runtime/log/log.js';
import { workerSupply } from '../../runtime/worker/worker-supply.js';
import { openWorkerTracker, type WorkerTracker } from '../../runtime/worker/worker-tracker.js';
import { siblingModel } from '../follow/model-dir.js';
import { defaultModel } from '../package-root.js';
import { measuredSupply } from './measured-tracker.js';

/** Folder of the model that is configured. */
export function configuredModel({ model }: Config): string {
  return model.path ?? defaultModel;
}

/** Opens the tracker that is configured, on a model folder. @throws ModelError, InferenceError; the signal's reason. */
export async function openTracker(
  config: Config,
  modelDir: string,
  signal: AbortSignal,
  log: Log,
): Promise<WorkerTracker> {
  const tracker = await openWorkerTracker({ ...worker(config, modelDir), signal });
  const { contract, provider } = tracker.model;
  log.info({ model: contract.name, precision: contract.precision, provider }, 'tracker open');
  return tracker;
}

/** Trackers to put in its place, of the models beside its own. */
export function trackerSupply(
  config: Config,
  modelDir: string,
  onUpdated: (elapsedMs: number) => void,
): TrackerSupply {
  const modelDirOf = siblingModel(modelDir);
  return measuredSupply(workerSupply({ ...worker(config, modelDir), modelDirOf }), onUpdated);
}

function worker(config: Config, modelDir: string) {
  const { providers, threads } = config.model;
  return { modelDir, providers, threads, tracker: presetParameters(config.tracker) };
}
