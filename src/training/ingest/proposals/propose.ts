import { estimateFromPyramids, type GlobalMotion } from '../../../core/motion/global-motion.js';
import { invertMatrix } from '../../../core/motion/matrix.js';
import { buildPyramid } from '../../../core/motion/pyramid.js';
import { proposeFromEdges } from './edge-proposals.js';
import { proposeFromMotion } from './motion-proposals.js';
import type { Proposal } from '../../store/proposal.js';
import type { Neighbour } from '../../../core/objectness/residual-motion.js';
import { selectProposals } from './select.js';
import type { YuvImage } from '../../../core/objectness/yuv-image.js';

/** Raised when the same frame may get other proposals than before: stores then compute them anew, and keep their frames. */
export const proposalsVersion = 1;

export interface ProposeOptions {
  /** Proposals of one frame. */
  readonly perFrame?: number;
  /** Motion compares frames this far apart: far enough for slow objects to show. */
  readonly interval?: number;
  /** Corners that must obey the camera's motion before what disobeys is believed. */
  readonly minInlierShare?: number;
}

/**
 * Object boxes of every frame of a clip, without labels. `read` answers a frame's picture, valid for good (motion compares
 * frames). `cuts` are the frames that begin a new shot: nothing is compared across them.
 */
export function proposeForClip(
  frames: number,
  read: (index: number) => YuvImage,
  cuts: readonly number[] = [],
  { perFrame = 12, interval = 2, minInlierShare = 0.25 }: ProposeOptions = {},
): Proposal[][] {
  const shots = shotNumbers(frames, cuts);
  const images = windowed(read);
  const pyramids = windowed((index) => buildPyramid(images(index).y, images(index)));
  // motion from frame `index` to frame `index + interval`; both of its ends use it
  const forward = windowed((index): GlobalMotion | null =>
    shots[index] === shots[index + interval] && index >= 0 && index + interval < frames
      ? estimateFromPyramids(pyramids(index), pyramids(index + interval))
      : null,
  );
  const isTrusted = ({ inlierShare, points }: GlobalMotion): boolean =>
    inlierShare >= minInlierShare && inlierShare * points >= 16;
  const neighboursOf = (index: number): Neighbour[] => {
    const neighbours: Neighbour[] = [];
    const before = forward(index - interval);
    if (before && isTrusted(before)) {
      neighbours.push({ luma: images(index - interval).y, matrix: invertMatrix(before.matrix) });
    }
    const after = forward(index);
    if (after && isTrusted(after)) {
      neighbours.push({ luma: images(index + interval).y, matrix: after.matrix });
    }
    return neighbours;
  };
  return Array.from({ length: frames }, (_, index) => {
    const image = images(index);
    const motion = proposeFromMotion(image, neighboursOf(index));
    return selectProposals(proposeFromEdges(image), motion, { limit: perFrame });
  });
}

function shotNumbers(frames: number, cuts: readonly number[]): Int32Array {
  const shots = new Int32Array(frames);
  for (const cut of cuts) for (let index = cut; index < frames; index++) shots[index]!++;
  return shots;
}

/** Frames of a clip about a fifth of a second apart. */
export function motionInterval({
  fps,
  stride,
}: {
  readonly fps: number | null;
  readonly stride: number;
}): number {
  return Math.min(4, Math.max(1, Math.round((0.2 * (fps ?? 25)) / stride)));
}

/** Remembers the last few results: frames are asked for in order, a few to either side. */
function windowed<T>(compute: (index: number) => T, capacity = 16): (index: number) => T {
  const results = new Map<number, T>();
  return (index) => {
    if (!results.has(index)) {
      results.set(index, compute(index));
      if (results.size > capacity) results.delete(Math.min(...results.keys()));
    }
    return results.get(index)!;
  };
}
