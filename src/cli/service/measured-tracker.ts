import type { LiveTracker, TrackerSupply } from '../../runtime/live/live-tracker.js';

/** The same tracker, every update of it timed as the loop feels it, with the way to its worker and back. */
export function measuredTracker(tracker: LiveTracker, onUpdated: (elapsedMs: number) => void): LiveTracker {
  const { failed } = tracker;
  return {
    init: (frame, box) => tracker.init(frame, box),
    async update(frame) {
      const start = performance.now();
      const track = await tracker.update(frame);
      onUpdated(performance.now() - start);
      return track;
    },
    stop: () => tracker.stop(),
    dispose: () => tracker.dispose(),
    ...(tracker.describeModel && { describeModel: () => tracker.describeModel!() }),
    ...(tracker.growBox && { growBox: (tapped) => tracker.growBox!(tapped) }),
    ...(failed && { failed }),
  };
}

/** A supply whose trackers are all timed. */
export function measuredSupply(supply: TrackerSupply, onUpdated: (elapsedMs: number) => void): TrackerSupply {
  return { open: async (model, signal) => measuredTracker(await supply.open(model, signal), onUpdated) };
}
