import { type Box, iou } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { Tracker } from '../../core/tracking/tracker.js';

/** One box of a mined tracklet. */
export interface MinedSighting {
  readonly frame: number;
  readonly box: Box;
  /** Trust, 0..1: agreement of the way there with the way back, times the network's confidence. */
  readonly grade: number;
}

export interface BothWaysOptions {
  /** Frames followed at most; halved until the way back agrees. */
  readonly longest: number;
  readonly shortest: number;
  /** The way there ends where the confidence falls below this. */
  readonly minConfidence: number;
  /** Overlap the way back must reach with the way there, at the start and on average. */
  readonly minAgreement: number;
}

/**
 * Forward-backward check (Kalal et al. 2010, "Forward-Backward Error"): follows a box from frame `start` forward, then
 * from where it ended back to `start`; what comes back to where it began is believed.
 * @param last the last frame that may be used (end of the clip or of the shot)
 * @returns null when not even `shortest` frames agree.
 */
export async function trackBothWays(
  tracker: Tracker,
  readFrame: (index: number) => Frame,
  { start, last, box }: { readonly start: number; readonly last: number; readonly box: Box },
  { longest, shortest, minConfidence, minAgreement }: BothWaysOptions,
): Promise<MinedSighting[] | null> {
  const there = await follow(tracker, readFrame, start, Math.min(last, start + longest), box, minConfidence);
  for (let length = there.length - 1; length >= shortest; length = Math.floor(length / 2)) {
    const end = there[length]!;
    const back = await follow(tracker, readFrame, end.frame, start, end.box, minConfidence);
    if (back.length !== length + 1) continue;
    const agreement = there.slice(0, length + 1).map((step, i) => iou(step.box, back[length - i]!.box));
    const mean = agreement.reduce((sum, value) => sum + value, 0) / agreement.length;
    if (agreement[0]! < minAgreement || mean < minAgreement) continue;
    return agreement.map((value, i) => ({
      frame: there[i]!.frame,
      box: there[i]!.box,
      grade: value * Math.min(there[i]!.confidence, back[length - i]!.confidence),
    }));
  }
  return null;
}

interface Step {
  readonly frame: number;
  readonly box: Box;
  readonly confidence: number;
}

/** Follows `box` from frame `from` to frame `to` (either direction) as long as it is seen. */
async function follow(
  tracker: Tracker,
  readFrame: (index: number) => Frame,
  from: number,
  to: number,
  box: Box,
  minConfidence: number,
): Promise<Step[]> {
  const steps: Step[] = [{ frame: from, box, confidence: 1 }];
  const direction = Math.sign(to - from);
  await tracker.init(readFrame(from), box);
  for (let frame = from + direction; direction !== 0 && frame !== to + direction; frame += direction) {
    const track = await tracker.update(readFrame(frame));
    if (track.state !== 'tracking' || !track.box || track.confidence < minConfidence) break;
    steps.push({ frame, box: track.box, confidence: track.confidence });
  }
  return steps;
}
