import { featuresOf } from '../../core/tracking/siamese/evidence.js';
import { overlap } from '../evaluate/answer.js';
import { onTargetAbove } from '../evaluate/scored-frames.js';
import { phaseOf } from '../occlude/occlusion-case.js';
import type { Disturbance } from '../occlude/plan.js';
import { runCases } from '../occlude/run-cases.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';
import { ClipSource } from './clip-source.js';
import { flowTargets, type FlowTargetOptions } from './clip-truth.js';
import type { Sample } from './logistic.js';
import { type ObservableTracker, RecordingTracker } from './recording-tracker.js';

export interface CollectOptions extends FlowTargetOptions {
  readonly disturbances: readonly Disturbance[];
  /** Frames before the cover, and after it at least and at most. */
  readonly lead: number;
  readonly tail: { readonly least: number; readonly most: number };
  readonly seed: number;
}

export const defaultCollectOptions: CollectOptions = {
  disturbances: (['patch', 'flat', 'cut', 'lookalike'] as const).map((kind) => ({ kind, level: 12 })),
  lead: 14,
  tail: { least: 10, most: 30 },
  shortest: 36,
  longest: 60,
  perStart: 2,
  startEvery: 32,
  minSide: 12,
  seed: 1,
};

/**
 * What a tracker sees of unlabelled targets, and whether it is right: every target is followed by flow, which is the truth, and
 * disturbed in ways of our own. A sighting is correct when the target is in view and the box overlaps it by more than
 * 0.5; on a covered target nothing is correct, and frames in which it is partly covered are left out.
 */
export async function collectSamples(
  store: FrameStore,
  clip: StoredClip,
  createTracker: ObservableTracker,
  { disturbances, lead, tail, seed, ...targets }: CollectOptions,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { first, boxes } of flowTargets(store, clip, targets)) {
    const trackers = new Map<unknown, RecordingTracker>();
    const { runs } = await runCases(
      { name: `${clip.name} ${first}`, input: clip.name, truth: boxes },
      {
        disturbances,
        seed,
        lead,
        tail,
        openSequence: () => Promise.resolve(new ClipSource(store, clip, first)),
        createTracker: (one) => {
          const tracker = new RecordingTracker(createTracker);
          trackers.set(one, tracker);
          return tracker;
        },
      },
    );
    for (const { case: one } of runs) {
      trackers.get(one)!.sightings.forEach((sighting, update) => {
        const index = one.first + 1 + update;
        const phase = phaseOf(one, index);
        if (sighting === null || phase === 'touched') return;
        const on = overlap(sighting.box, one.truth[index - one.first]!) > onTargetAbove;
        samples.push({ features: featuresOf(sighting.evidence), correct: on && phase !== 'covered' });
      });
    }
  }
  return samples;
}
