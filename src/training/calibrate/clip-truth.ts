import { type Box, iou } from '../../core/geometry/box.js';
import { medianFlow, pyramidReader } from '../retrieval/flow.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';

/** A target without a label: where a proposed box went, by flow alone. One box a frame from `first` on. */
export interface FlowTarget {
  readonly first: number;
  readonly boxes: readonly Box[];
}

export interface FlowTargetOptions {
  /** Stored frames followed, at least and at most. */
  readonly shortest: number;
  readonly longest: number;
  /** Targets begun in one frame. */
  readonly perStart: number;
  /** Stored frames from one start to the next. */
  readonly startEvery: number;
  /** Sides of a target, image pixels, at least. */
  readonly minSide: number;
}

/** Overlap of the way there with the way back, at every frame. */
const agreement = 0.7;

/**
 * Follows proposed boxes by median flow through a clip, never across a cut, and keeps those that come back to where they
 * began (Kalal, Mikolajczyk, Matas 2010, "Forward-Backward Error"). The network has no part in it: its failures stay failures.
 */
export function flowTargets(store: FrameStore, clip: StoredClip, options: FlowTargetOptions): FlowTarget[] {
  const { shortest, longest, perStart, startEvery, minSide } = options;
  const proposals = store.proposals(clip);
  const read = pyramidReader(store, clip, longest + 1);
  const starts = [0, ...clip.cuts];
  return starts.flatMap((shot, index) => {
    const end = (starts[index + 1] ?? clip.frames) - 1;
    const targets: FlowTarget[] = [];
    for (let start = shot; start + shortest - 1 <= end; start += startEvery) {
      const boxes = (proposals[start] ?? []).filter(
        ({ width, height }) => Math.min(width, height) >= minSide,
      );
      for (const box of distinct(boxes, perStart)) {
        const believed = bothWays(read, start, Math.min(end, start + longest - 1), box);
        if (believed.length >= shortest) targets.push({ first: start, boxes: believed });
      }
    }
    return targets;
  });
}

/** The frames from the start on that the way back agrees with; the end is halved until it does. */
function bothWays(read: ReturnType<typeof pyramidReader>, start: number, end: number, box: Box): Box[] {
  const there = medianFlow(read, start, end, box);
  for (let length = there.length; length > 1; length = Math.floor(length / 2)) {
    const back = medianFlow(read, start + length - 1, start, there[length - 1]!);
    const agrees =
      back.length === length && back.every((one, i) => iou(one, there[length - 1 - i]!) >= agreement);
    if (agrees) return there.slice(0, length);
  }
  return [];
}

/** The best boxes, plain copies, that overlap none taken before by a third. */
function distinct(boxes: readonly Box[], count: number): Box[] {
  const taken: Box[] = [];
  for (const { cx, cy, width, height } of boxes) {
    if (taken.length >= count) break;
    const box = { cx, cy, width, height };
    if (taken.every((other) => iou(other, box) < 1 / 3)) taken.push(box);
  }
  return taken;
}
