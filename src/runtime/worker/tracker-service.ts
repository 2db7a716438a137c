import type { Tracker } from '../../core/tracking/tracker.js';
import type { ModelInUse } from './protocol.js';

/** What a worker runs: a tracker that owns all it needs, and what is to be said of its model. */
export interface TrackerService {
  readonly tracker: Tracker;
  readonly model: ModelInUse;
}

/**
 * A module the worker loads. `settings` went through structured cloning.
 * Its exported `openTracker` rejects when the tracker cannot be opened.
 */
export interface TrackerModule {
  openTracker(settings: unknown): Promise<TrackerService>;
}

/** What the worker is started with. */
export interface WorkerStart {
  /** URL of a TrackerModule. */
  readonly module: string;
  readonly settings: unknown;
}
