import { boxToCorner, type CornerBox, type Point } from '../../core/geometry/box.js';
import type { Track, TrackState } from '../../core/tracking/track.js';

/** A track as files show it: corner box in image pixels, three decimals; times as decimal text, for they exceed a double. */
export interface TrackRecord {
  readonly sequence: number;
  readonly capturedAtNs: string;
  readonly state: TrackState;
  readonly box: CornerBox | null;
  readonly confidence: number;
  /** Pixels per frame. */
  readonly velocity: Point | null;
  readonly target: number;
}

export function trackRecord({ frame, state, box, confidence, velocity, target }: Track): TrackRecord {
  return {
    sequence: frame.sequence,
    capturedAtNs: frame.capturedAtNs.toString(),
    state,
    box: box && roundAll(boxToCorner(box)),
    confidence: round(confidence),
    velocity: velocity && { x: round(velocity.x), y: round(velocity.y) },
    target,
  };
}

function roundAll({ x, y, width, height }: CornerBox): CornerBox {
  return { x: round(x), y: round(y), width: round(width), height: round(height) };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
