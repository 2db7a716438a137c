import { createHash } from 'node:crypto';
import { mix, createRandom, type Random } from '../../../core/random.js';
import type { StoredClip } from '../../store/clip.js';
import type { FrameStore } from '../../store/frame-store.js';
import type { Sample } from './sample.js';

export interface CandidateOptions {
  readonly seed: number;
  /** Taken from a video clip at most. */
  readonly perClip?: number;
  /** Least side of a box, stored pixels. */
  readonly minSide?: number;
  /** Most stored frames between template and search crop. */
  readonly maxInterval?: number;
}

/** Candidates of one purpose; no clip serves both. */
export interface CandidateSplit {
  readonly calibrate: Sample[];
  readonly check: Sample[];
}

/** One clip in so many is kept for checking. */
const oneOf = 3;

/**
 * Places that could be shown to a model: frames spread evenly over every clip, in each the best proposed box that is large enough. A source file
 * is for checking or for calibrating by the SHA-256 of its path, so more footage changes little of the choice.
 */
export function findCandidates(store: FrameStore, options: CandidateOptions): CandidateSplit {
  const split: CandidateSplit = { calibrate: [], check: [] };
  for (const clip of store.clips) {
    const digest = createHash('sha256').update(clip.source.path).digest();
    const list = digest[0]! % oneOf === 0 ? split.check : split.calibrate;
    const random = createRandom(mix(options.seed, digest.readUInt32LE(4)));
    list.push(...candidatesOf(store, clip, random, options));
  }
  return split;
}

function candidatesOf(
  store: FrameStore,
  clip: StoredClip,
  random: Random,
  { perClip = 6, minSide = 12, maxInterval = 12 }: CandidateOptions,
): Sample[] {
  const proposals = store.proposals(clip);
  const count = Math.min(clip.frames, clip.kind === 'image' ? 1 : perClip);
  const samples: Sample[] = [];
  for (let index = 0; index < count; index += 1) {
    const frame = Math.floor(((index + 0.5) * clip.frames) / count);
    const found = proposals[frame]!.find(({ width, height }) => Math.min(width, height) >= minSide);
    if (!found) continue;
    const { cx, cy, width, height } = found;
    const shotEnd = clip.cuts.find((cut) => cut > frame) ?? clip.frames;
    const searchFrame = Math.min(frame + 1 + random.below(maxInterval), shotEnd - 1);
    // up to a quarter of the search region either way: the target stays in it
    const shift = [random.uniform(-0.2, 0.2), random.uniform(-0.2, 0.2)] as const;
    samples.push({ clip: clip.name, frame, searchFrame, box: { cx, cy, width, height }, shift });
  }
  return samples;
}
