import type { Box } from '../../geometry/box.js';
import type { Frame } from '../../image/frame.js';
import type { CentreKalman } from '../kalman.js';
import type { Track, TrackState } from '../track.js';
import type { Distractor } from './distractors.js';

interface TargetFacts {
  readonly state: TrackState;
  readonly box: Box;
  readonly kalman: CentreKalman;
  readonly id: number;
  readonly distractors: readonly Distractor[];
}

/** What is told of a selected target: a lost one has neither box nor velocity. */
export function trackOf(
  frame: Frame,
  { state, box, kalman, id, distractors }: TargetFacts,
  confidence: number,
): Track {
  const known = state !== 'lost';
  return {
    state,
    box: known ? box : null,
    confidence,
    velocity: known ? kalman.velocity : null,
    frame: frameFacts(frame),
    target: id,
    ...(distractors.length > 0 ? { distractors } : {}),
  };
}

export function idleTrack(frame: Frame): Track {
  return { state: 'idle', box: null, confidence: 0, velocity: null, frame: frameFacts(frame), target: 0 };
}

function frameFacts({ sequence, capturedAtNs, width, height }: Frame): Track['frame'] {
  return { sequence, capturedAtNs, width, height };
}
