import { boxFromCorner, type Box } from '../../core/geometry/box.js';
import type { RecordedSegment } from './read-recording.js';

/** What is to happen at a frame of a recording, before it is tracked. */
export type ReplayAction =
  | { readonly sequence: number; readonly kind: 'select'; readonly box: Box; readonly origin: string }
  | { readonly sequence: number; readonly kind: 'stop'; readonly origin: string };

/**
 * What happened to the target in a recording, in the order of the frames: the commands, a selection on the frame it was drawn
 * on, and selections nobody commanded (a target that was given at the start), from the first track of their number.
 *
 * Frames that were not recorded move a selection to the next one that was. A pause is left out: a replay measures tracking.
 */
export function replayPlan(segments: readonly RecordedSegment[]): ReplayAction[] {
  const frames = segments.flatMap((segment) => segment.frames.map(({ sequence }) => sequence));
  const commanded = segments.flatMap(({ commands }) => commands.flatMap(actionOf));
  const selections = commanded.filter(({ kind }) => kind === 'select').length;
  const found = firstTracks(segments);
  // targets are counted from 1: those that no command of the recording explains are the first ones
  const uncommanded = found.slice(0, Math.max(0, found.length - selections));
  return [...uncommanded, ...commanded]
    .map((action) => ({ ...action, sequence: frames.find((it) => it >= action.sequence) ?? Infinity }))
    .filter(({ sequence }) => sequence !== Infinity)
    .sort((a, b) => a.sequence - b.sequence);
}

function actionOf({ kind, sequence, box, origin }: RecordedSegment['commands'][number]): ReplayAction[] {
  if (sequence === null) return [];
  if (kind === 'stop') return [{ kind, sequence, origin }];
  return kind === 'select' && box ? [{ kind, sequence, box: boxFromCorner(box), origin }] : [];
}

function firstTracks(segments: readonly RecordedSegment[]): ReplayAction[] {
  const seen = new Set<number>();
  return segments.flatMap(({ tracks }) =>
    tracks.flatMap(({ target, box, sequence }): ReplayAction[] => {
      if (target === 0 || seen.has(target) || !box) return [];
      seen.add(target);
      return [{ kind: 'select', sequence, box: boxFromCorner(box), origin: 'recorded track' }];
    }),
  );
}
