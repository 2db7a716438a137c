import type { Box } from '../../core/geometry/box.js';
import type { Area } from './channel.js';

/**
 * - `patch`: a textured piece of the same picture slides over the target, stays on it, and slides on.
 * - `flat`: the target is blanked to one colour.
 * - `cut`: the target is taken out of the picture; the ground around it shows in its place.
 * - `lookalike`: as `cut`, while a copy of the target stands beside its place.
 * - `jump`: nothing is covered; from one frame to the next the whole picture is shifted.
 */
export const occlusionKinds = ['patch', 'flat', 'cut', 'lookalike', 'jump'] as const;
export type OcclusionKind = (typeof occlusionKinds)[number];

/** One disturbance of one sequence: which frames are shown, what is done to them, and what is then true. Plain data. */
export interface OcclusionCase {
  readonly sequence: string;
  readonly kind: OcclusionKind;
  /** Frames the target is covered; of a `jump`: the shift as a share of the frame. */
  readonly level: number;
  readonly seed: number;
  /** Frames of the source that are shown: first <= index < end. The tracker starts with the truth of the first. */
  readonly first: number;
  readonly end: number;
  /** Frames of the source in which the target is covered: from <= index < to. Of a `jump`, from = to is the first shifted frame. */
  readonly from: number;
  readonly to: number;
  /** Part of the picture that is shown before and from the jump on; null: all of it. */
  readonly windows: { readonly before: Area; readonly after: Area } | null;
  /** The target in the pixels of what is shown, one box for every frame shown; covered or not. */
  readonly truth: readonly Box[];
}

/**
 * - `lead`: as it was filmed.
 * - `touched`: the occluder covers a part of the target.
 * - `covered`: it covers all.
 * - `after`: the target is in view again.
 */
export type Phase = 'lead' | 'touched' | 'covered' | 'after';

/** Frames in which a patch slides over the whole target, or off it. */
export const slideFrames = 4;

/** @param index of the source's frame */
export function phaseOf({ kind, from, to }: OcclusionCase, index: number): Phase {
  if (index >= from && index < to) return 'covered';
  const away = index < from ? from - index : index - to + 1;
  if (kind === 'patch' && away < slideFrames) return 'touched';
  return index < from ? 'lead' : 'after';
}

/** The part of the picture shown in a frame of the source. */
export function windowOf({ windows, from }: OcclusionCase, index: number): Area | null {
  return windows && (index < from ? windows.before : windows.after);
}
