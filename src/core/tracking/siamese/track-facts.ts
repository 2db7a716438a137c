import type { Box } from '../../geometry/box.js';
import type { Frame } from '../../image/frame.js';
import type { CentreKalman } from '../kalman.js';
import type { Track, TrackState } from '../track.js';

/** What is told of a selected target: a lost one has neither box nor velocity. */
export function trackOf(
  frame: Frame,
  {
    state,
    box,
    kalman,
    id,
  }: { readonly state: TrackState; readonly box: Box; readonly kalman: CentreKalman; readonly id: number },
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
  };
}

export function idleTrack(frame: Frame): Track {
  return { state: 'idle', box: null, confidence: 0, velocity: null, frame: frameFacts(frame), target: 0 };
}

function frameFacts({ sequence, capturedAtNs, width, height }: Frame): Track['frame'] {
  return { sequence, capturedAtNs, width, height };
}
