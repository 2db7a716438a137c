import { UsageError } from '../../../src/core/errors.js';
import type { ModelStatus } from '../../../src/core/ports/loop-status.js';
import type { LiveTracker, TrackerSupply } from '../../../src/runtime/live/live-tracker.js';
import { openTrackerModule } from '../../../src/runtime/worker/worker-tracker.js';

const module = new URL('../worker/scripted-tracker.js', import.meta.url);

export interface ScriptedSupply extends TrackerSupply {
  /** Models opened so far, in order; null: the first one's. */
  readonly opened: (string | null)[];
  readonly trackers: LiveTracker[];
}

/** Real workers that run the scripted tracker, whatever the model's name; `missing` is not known. */
export function scriptedSupply(): ScriptedSupply {
  const opened: (string | null)[] = [];
  const trackers: LiveTracker[] = [];
  return {
    opened,
    trackers,
    async open(model, signal) {
      if (model === 'missing') throw new UsageError('model "missing": there is no such model');
      const tracker = await openTrackerModule(module, {}, signal);
      const described: LiveTracker = {
        ...tracker,
        describeModel: (): ModelStatus => ({ ...tracker.describeModel!(), name: model ?? 'first' }),
      };
      opened.push(model);
      trackers.push(described);
      return described;
    },
  };
}
