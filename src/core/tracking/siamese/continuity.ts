import type { TrackState } from '../track.js';

export interface ContinuityOptions {
  /** Share of the confidence that a jump costs while the network finds the target less alike than usual. */
  readonly jumpDoubt: number;
  /** Share that it costs a coasting target, however alike. */
  readonly coastDoubt: number;
}

/**
 * 1 where a target may have moved to since it was last seen, less where it must have jumped. A target does jump, when the camera shakes;
 * but one that jumps and changes its looks at once is something else: a look-alike, after the target itself was covered.
 *
 * @param plausible plausibility of the motion, 0..1, by the prediction's own uncertainty
 * @param alike the network's score over its usual one
 */
export function continuity(
  state: TrackState,
  { plausible, alike }: { readonly plausible: number; readonly alike: number },
  { jumpDoubt, coastDoubt }: ContinuityOptions,
): number {
  const jump = 1 - plausible;
  if (state === 'tracking') return 1 - jumpDoubt * jump * (1 - Math.min(1, alike));
  return state === 'coasting' ? 1 - coastDoubt * jump : 1;
}
