import type { Track } from '../../src/core/tracking/track.js';

const box = { cx: 160, cy: 120, width: 40, height: 30 };

export function trackingTrack(sequence: number, overrides: Partial<Track> = {}): Track {
  return {
    state: 'tracking',
    box,
    confidence: 0.875,
    velocity: { x: 1.5, y: -0.5 },
    frame: { sequence, capturedAtNs: BigInt(sequence) * 40_000_000n, width: 320, height: 240 },
    target: 1,
    ...overrides,
  };
}

export function coastingTrack(sequence: number): Track {
  return trackingTrack(sequence, { state: 'coasting', confidence: 0.25 });
}

export function lostTrack(sequence: number): Track {
  return trackingTrack(sequence, { state: 'lost', box: null, confidence: 0, velocity: null });
}

export function idleTrack(sequence: number): Track {
  return trackingTrack(sequence, { state: 'idle', box: null, confidence: 0, velocity: null, target: 0 });
}
