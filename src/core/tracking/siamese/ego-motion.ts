import type { Box, Point } from '../../geometry/box.js';
import type { Frame } from '../../image/frame.js';
import { type LumaThumbnail, lumaThumbnail } from '../../image/luma-thumbnail.js';
import { estimateGlobalMotion } from '../../motion/global-motion.js';
import { applyMatrix } from '../../motion/matrix.js';

/** Longer side of the pictures that are compared. */
const longSide = 160;
/** Fewer corners than for proposals: a translation of the background is wanted, soon. */
const maxCorners = 48;
/** Below this share of agreeing corners the camera's motion is not known. */
const leastInliers = 0.4;

/** The camera's own motion between successive frames, from corners of small grey copies. */
export class EgoMotion {
  #previous: LumaThumbnail | null = null;

  /** Keeps the frame's copy for the next call, without estimating. */
  keep(frame: Frame): void {
    this.#previous = lumaThumbnail(frame, longSide);
  }

  /**
   * How the background at `target` moved from the frame kept to this one, image pixels; null when it cannot be told.
   * The target's own corners do not count.
   */
  shiftAt(frame: Frame, target: Box): Point | null {
    const before = this.#previous;
    this.keep(frame);
    const now = this.#previous!;
    if (before?.width !== now.width || before.height !== now.height) return null;
    const { scale } = now;
    const small = (value: number): number => value / scale;
    const ignore = [
      {
        cx: small(target.cx),
        cy: small(target.cy),
        width: small(target.width),
        height: small(target.height),
      },
    ];
    const { matrix, inlierShare } = estimateGlobalMotion(before.data, now.data, now, { maxCorners, ignore });
    if (inlierShare < leastInliers) return null;
    const at = { x: small(target.cx), y: small(target.cy) };
    const moved = applyMatrix(matrix, at);
    return { x: (moved.x - at.x) * scale, y: (moved.y - at.y) * scale };
  }
}
