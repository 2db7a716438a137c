import { type Box, iou } from '../../core/geometry/box.js';
import type { Network } from '../../core/model/network.js';
import { createSiameseTracker } from '../../core/tracking/siamese/siamese-tracker.js';
import type { Tracklet } from '../data/pair-source.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';
import { type BothWaysOptions, trackBothWays } from './both-ways.js';

export interface MineOptions extends BothWaysOptions {
  /** Stored frames between the starts of tracklets. */
  readonly startEvery: number;
  /** Proposals followed from every start. */
  readonly perStart: number;
}

export const defaultMineOptions: MineOptions = {
  longest: 48,
  shortest: 4,
  minConfidence: 0.35,
  minAgreement: 0.6,
  startEvery: 24,
  perStart: 5,
};

export interface ClipYield {
  readonly tracklets: Tracklet[];
  /** Proposals followed. */
  readonly tried: number;
  /** Network updates spent. */
  readonly updates: number;
}

/** Follows the best proposals of a clip both ways, never across a cut. */
export async function mineClip(
  store: FrameStore,
  clip: StoredClip,
  network: Network,
  options: MineOptions,
): Promise<ClipYield> {
  // a fixed, plain tracker: no memory, so that the way back is as blind as the way there
  const tracker = createSiameseTracker(network, {
    memoryWeight: 0,
    coastBelow: options.minConfidence,
    resumeAbove: options.minConfidence,
  });
  const buffer = new Uint8Array(store.frameBytes(clip));
  let updates = 0;
  const readFrame = (index: number) => {
    updates += 1;
    return store.readFrame(clip, index, buffer);
  };
  const proposals = store.proposals(clip);
  const tracklets: Tracklet[] = [];
  let tried = 0;
  for (const { first, last } of shots(clip)) {
    for (let start = first; start + options.shortest <= last; start += options.startEvery) {
      for (const box of distinct(proposals[start] ?? [], options.perStart)) {
        tried += 1;
        const sightings = await trackBothWays(tracker, readFrame, { start, last, box }, options);
        if (sightings) tracklets.push({ clip: clip.name, sightings });
      }
    }
  }
  return { tracklets, tried, updates };
}

/** Runs of frames between cuts. */
function shots({ frames, cuts }: StoredClip): { first: number; last: number }[] {
  const starts = [0, ...cuts];
  return starts.map((first, i) => ({ first, last: (starts[i + 1] ?? frames) - 1 }));
}

/** The best boxes that overlap none taken before by half. */
function distinct<T extends Box>(boxes: readonly T[], count: number): T[] {
  const taken: T[] = [];
  for (const box of boxes) {
    if (taken.length >= count) break;
    if (taken.every((other) => iou(other, box) < 0.5)) taken.push(box);
  }
  return taken;
}
