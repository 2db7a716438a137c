import { setImmediate } from 'node:timers/promises';
import { type Box, boxArea, iou } from '../../core/geometry/box.js';
import { smallestArea } from '../data/place-picker.js';
import { createRandom } from '../../core/random.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';
import { flowTruth, pyramidReader } from './flow.js';
import { surroundings } from './measure.js';

/** Stored frames between the two views that are compared. */
export const retrievalIntervals = [1, 5, 10, 30] as const;

/** A truth with fewer other places around it (most of it lies outside the frame) is too easy to find. */
const fewestRivals = 8;

/** An object, and where it is `interval` stored frames later. */
export interface RetrievalTrial {
  readonly clip: string;
  readonly frame: number;
  readonly box: Box;
  readonly interval: number;
  readonly truth: Box;
}

export interface TrialOptions {
  /** Frames per clip from which objects are taken. */
  readonly starts?: number;
  /** Objects per frame. */
  readonly perStart?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the trials of these clips. The truth is forward-backward median flow, chained frame by frame, never across a cut: no
 * model that is measured has a say in it, so all are measured on the same trials. What flow cannot follow is not asked:
 * the share says how well objects that keep their looks are told from their surroundings, not how well anything is tracked.
 */
export async function findTrials(
  store: FrameStore,
  clips: readonly StoredClip[],
  { starts = 6, perStart = 4, signal }: TrialOptions = {},
): Promise<RetrievalTrial[]> {
  const trials: RetrievalTrial[] = [];
  for (const clip of clips) {
    const read = pyramidReader(store, clip);
    for (const frame of evenly(clip.frames - 1, starts)) {
      for (const box of objectsOf(store, clip, frame, perStart)) {
        for (const interval of retrievalIntervals) {
          if (frame + interval >= clip.frames || straddles(clip, frame, interval)) break;
          const truth = flowTruth(read, { start: frame, interval, box });
          if (!truth) break; // what is lost after 5 frames is not found after 10
          if (surroundings(truth, clip).length < fewestRivals) continue;
          trials.push({ clip: clip.name, frame, box, interval, truth });
        }
        await setImmediate(); // minutes of arithmetic: let an interrupt through
        signal?.throwIfAborted();
      }
    }
  }
  return trials;
}

/** The best proposals that do not overlap each other, a little off, as training sees them. */
function objectsOf(store: FrameStore, clip: StoredClip, frame: number, count: number): Box[] {
  const random = createRandom(frame);
  const taken: Box[] = [];
  for (const { cx, cy, width, height } of store.proposals(clip)[frame] ?? []) {
    const box = { cx, cy, width: width * random.logUniform(1.1), height: height * random.logUniform(1.1) };
    if (boxArea(box) < smallestArea || taken.some((other) => iou(other, box) > 0.2)) continue;
    taken.push(box);
    if (taken.length === count) break;
  }
  return taken;
}

function straddles({ cuts }: StoredClip, frame: number, interval: number): boolean {
  return cuts.some((cut) => cut > frame && cut <= frame + interval);
}

/** `count` indices below `length`, from 0 on. */
function evenly(length: number, count: number): number[] {
  const step = Math.max(1, length / count);
  return Array.from({ length: Math.min(count, length) }, (_, i) => Math.floor(i * step));
}
