import type { TrackerSupply } from '../live/live-tracker.js';
import { openWorkerTracker, type WorkerTrackerOptions } from './worker-tracker.js';

export interface WorkerSupplyOptions extends Omit<WorkerTrackerOptions, 'signal'> {
  /** The folder of a model that is asked for by name. @throws UsageError for a name it does not know. */
  readonly modelDirOf: (name: string) => string;
}

/** Opens tracker workers, each warmed up, one beside the other: for restarts and for changing the model while running. */
export function workerSupply({ modelDirOf, modelDir, ...options }: WorkerSupplyOptions): TrackerSupply {
  return {
    // async: an unknown name rejects
    open: async (model, signal) =>
      openWorkerTracker({ ...options, modelDir: model === null ? modelDir : modelDirOf(model), signal }),
  };
}
