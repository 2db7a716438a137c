import { type Box, iou } from '../../core/geometry/box.js';
import type { Network } from '../../core/model/network.js';
import type { Tracklet } from '../data/pair-source.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';
import { createBdFollower } from './bd-follower.js';
import { type BothWaysOptions, type Fate, fewestSteps, followBothWays } from './both-ways.js';
import type { Follower } from './follower.js';
import { createTrackerFollower } from './tracker-follower.js';

/** - `bd`: the background-discrimination model picks the patch (the paper's). - `tracker`: the fitted network follows. */
export type Miner = 'bd' | 'tracker';

export interface MineOptions extends BothWaysOptions {
  /** Default `tracker`. */
  readonly miner?: Miner;
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
  minMargin: 0.1,
  fullMargin: 0.3,
  startEvery: 24,
  perStart: 5,
};

/** What differs when the background-discrimination model mines: its confidence is a cosine. */
export const bdMineOptions = { miner: 'bd', minConfidence: 0.6, minMargin: 0.05, fullMargin: 0.3 } as const;

export interface ClipYield {
  readonly tracklets: Tracklet[];
  /** Proposals followed. */
  readonly tried: number;
  /** Network updates spent. */
  readonly updates: number;
  /** What became of the proposals. */
  readonly fates: Readonly<Record<Fate, number>>;
  /** Overlaps of the ways there with the ways back, kept or not, counted in {@link agreementBins} equal bins of 0..1. */
  readonly agreement: readonly number[];
  /** Wall-clock milliseconds it took. */
  readonly ms: number;
}

export const agreementBins = 20;

/** Follows the best proposals of a clip both ways, never across a cut. */
export async function mineClip(
  store: FrameStore,
  clip: StoredClip,
  network: Network,
  options: MineOptions,
): Promise<ClipYield> {
  const begun = performance.now();
  const follower = createFollower(network, options);
  const buffer = new Uint8Array(store.frameBytes(clip));
  let updates = 0;
  const readFrame = (index: number) => {
    updates += 1;
    return store.readFrame(clip, index, buffer);
  };
  const proposals = store.proposals(clip);
  const tracklets: Tracklet[] = [];
  const fates = { kept: 0, unseen: 0, ambiguous: 0, disagreed: 0 };
  const agreement = new Array<number>(agreementBins).fill(0);
  const span = fewestSteps(options) * (options.interval ?? 1);
  for (const { first, last } of shots(clip)) {
    for (let start = first; start + span <= last; start += options.startEvery) {
      for (const box of distinct(proposals[start] ?? [], options.perStart)) {
        const found = await followBothWays(follower, readFrame, { start, last, box }, options);
        fates[found.fate] += 1;
        for (const overlap of found.agreement)
          agreement[Math.min(agreementBins - 1, Math.floor(overlap * agreementBins))]! += 1;
        if (found.fate === 'kept') tracklets.push({ clip: clip.name, sightings: found.sightings });
      }
    }
  }
  const tried = Object.values(fates).reduce((sum, count) => sum + count, 0);
  return { tracklets, tried, updates, fates, agreement, ms: Math.round(performance.now() - begun) };
}

function createFollower(network: Network, { miner = 'tracker', minConfidence }: MineOptions): Follower {
  return miner === 'bd' ? createBdFollower(network) : createTrackerFollower(network, minConfidence);
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
