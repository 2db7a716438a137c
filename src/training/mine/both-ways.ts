import { type Box, iou } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { Follower } from './follower.js';

/** One box of a mined tracklet. */
export interface MinedSighting {
  readonly frame: number;
  readonly box: Box;
  /** Trust, 0..1: agreement of the way there with the way back, times confidence, times how far the runner-up stayed behind. */
  readonly grade: number;
}

export interface BothWaysOptions {
  /** Steps followed at most; halved until the way back agrees. */
  readonly longest: number;
  /** Stored frames that a tracklet spans at least. */
  readonly shortest: number;
  /** A way ends where the confidence falls below this. */
  readonly minConfidence: number;
  /** Overlap the way back must reach with the way there, at the start and on average. */
  readonly minAgreement: number;
  /** A way ends where the runner-up that does not overlap comes closer than this. Default 0: no check. */
  readonly minMargin?: number;
  /** Margin from which on a box is trusted in full; at none it is trusted half. Default 0.3. */
  readonly fullMargin?: number;
  /** Stored frames from one compared frame to the next. Default 1. */
  readonly interval?: number;
}

/**
 * - `kept`: it came back to where it began, perhaps over a shorter stretch.
 * - `unseen`, `ambiguous`: the way there ended too early, by the confidence or by the margin.
 * - `disagreed`: no stretch came back to where it began.
 */
export type Fate = 'kept' | 'unseen' | 'ambiguous' | 'disagreed';

export interface BothWays {
  readonly fate: Fate;
  /** Empty unless kept. */
  readonly sightings: readonly MinedSighting[];
  /** Overlap of the way there with the way back, for every frame of the longest stretch that was followed both ways; kept or not. */
  readonly agreement: readonly number[];
}

/**
 * Forward-backward check (Kalal et al. 2010, "Forward-Backward Error"): follows a box from frame `start` forward, then
 * from where it ended back to `start`; what comes back to where it began is believed.
 * @param last the last frame that may be used (end of the clip or of the shot)
 */
export async function followBothWays(
  follower: Follower,
  readFrame: (index: number) => Frame,
  { start, last, box }: { readonly start: number; readonly last: number; readonly box: Box },
  options: BothWaysOptions,
): Promise<BothWays> {
  const { longest, minAgreement, fullMargin = 0.3, interval = 1 } = options;
  const steps = Math.min(Math.floor((last - start) / interval), longest);
  const there = await follow(follower, readFrame, { from: start, step: interval, steps, box }, options);
  let agreement: readonly number[] = [];
  for (let length = there.way.length - 1; length >= fewestSteps(options); length = Math.floor(length / 2)) {
    const end = there.way[length]!;
    const homewards = { from: end.frame, step: -interval, steps: length, box: end.box };
    const { way: back } = await follow(follower, readFrame, homewards, options);
    const overlaps = back.map((step, i) => iou(step.box, there.way[length - i]!.box)).reverse();
    if (agreement.length === 0) agreement = overlaps;
    if (back.length !== length + 1) continue;
    if (overlaps[0]! < minAgreement || mean(overlaps) < minAgreement) continue;
    const sightings = overlaps.map((overlap, i) => {
      const [out, home] = [there.way[i]!, back[length - i]!];
      const certainty = Math.min(1, Math.min(out.margin, home.margin) / fullMargin);
      return {
        frame: out.frame,
        box: out.box,
        grade: overlap * Math.min(out.confidence, home.confidence) * (0.5 + 0.5 * certainty),
      };
    });
    return { fate: 'kept', sightings, agreement };
  }
  return {
    fate: there.way.length - 1 < fewestSteps(options) ? there.end : 'disagreed',
    sightings: [],
    agreement,
  };
}

/** A single comparison proves nothing: it takes two at least. */
export function fewestSteps({ shortest, interval = 1 }: BothWaysOptions): number {
  return Math.max(2, Math.ceil(shortest / interval));
}

interface Step {
  readonly frame: number;
  readonly box: Box;
  readonly confidence: number;
  readonly margin: number;
}

/** Follows `box` from frame `from` on, `steps` steps of `step` frames (negative: backwards), as long as it is seen and stands alone. */
async function follow(
  follower: Follower,
  readFrame: (index: number) => Frame,
  { from, step, steps, box }: { from: number; step: number; steps: number; box: Box },
  { minConfidence, minMargin = 0 }: BothWaysOptions,
): Promise<{ way: Step[]; end: 'unseen' | 'ambiguous' }> {
  const way: Step[] = [{ frame: from, box, confidence: 1, margin: Infinity }];
  await follower.init(readFrame(from), box);
  while (way.length <= steps) {
    const frame = from + way.length * step;
    const seen = await follower.step(readFrame(frame));
    if (!seen || seen.confidence < minConfidence) return { way, end: 'unseen' };
    if (seen.margin < minMargin) return { way, end: 'ambiguous' };
    way.push({ frame, ...seen });
  }
  return { way, end: 'unseen' };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
