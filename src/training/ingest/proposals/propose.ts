import { estimateFromPyramids, type GlobalMotion } from '../../../core/motion/global-motion.js';
import { invertMatrix } from '../../../core/motion/matrix.js';
import { buildPyramid, type Pyramid } from '../../../core/motion/pyramid.js';
import { proposeFromEdges } from './edge-proposals.js';
import { proposeFromMotion } from './motion-proposals.js';
import { type Proposal } from '../../store/proposal.js';
import { type Neighbour } from './residual-motion.js';
import { selectProposals } from './select.js';
import { type YuvImage } from './yuv-image.js';

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
  { perFrame = 12, interval = 2, minInlierShare = 0.5 }: ProposeOptions = {},
): Proposal[][] {
  const shots = shotNumbers(frames, cuts);
  const images = windowed(read);
  const pyramids = windowed((index) => buildPyramid(images(index).y, images(index)));
  // motion from frame `index` to frame `index + interval`; both of its ends use it
  const forward = windowed((index): GlobalMotion | null =>
    shots[index] === shots[index + interval] && index >= 0 && index + interval < frames
      ? estimateMotion(pyramids(index), pyramids(index + interval))
      : null,
  );
  const neighboursOf = (index: number): Neighbour[] => {
    const neighbours: Neighbour[] = [];
    const before = forward(index - interval);
    if (before && before.inlierShare >= minInlierShare) {
      neighbours.push({ luma: images(index - interval).y, matrix: invertMatrix(before.matrix) });
    }
    const after = forward(index);
    if (after && after.inlierShare >= minInlierShare) {
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

function estimateMotion(from: Pyramid, to: Pyramid): GlobalMotion {
  return estimateFromPyramids(from, to);
}

function shotNumbers(frames: number, cuts: readonly number[]): Int32Array {
  const shots = new Int32Array(frames);
  for (const cut of cuts) for (let index = cut; index < frames; index++) shots[index]!++;
  return shots;
}

/** Remembers the last few results: frames are asked for in order, a few to either side. */
function windowed<T>(compute: (index: number) => T, capacity = 12): (index: number) => T {
  const results = new Map<number, T>();
  return (index) => {
    if (!results.has(index)) {
      results.set(index, compute(index));
      if (results.size > capacity) results.delete(Math.min(...results.keys()));
    }
    return results.get(index)!;
  };
}
