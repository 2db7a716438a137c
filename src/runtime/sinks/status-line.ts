import { boxToCorner } from '../../core/geometry/box.js';
import { type Track, type TrackState } from '../../core/tracking/track.js';
import { type LiveStatistics } from '../live/live-meter.js';

const colours: Readonly<Record<TrackState, number>> = { idle: 90, tracking: 32, coasting: 33, lost: 31 };

export interface StatusLineOptions {
  readonly colour?: boolean;
  /** Frames dropped before the tracker. */
  readonly dropped: number;
}

/** One line for a person: state, box, confidence, rate, latency, drops. */
export function statusLine(
  { state, box, confidence, frame }: Track,
  { fps, latencyMs }: LiveStatistics,
  { colour = false, dropped }: StatusLineOptions,
): string {
  const label = state.padEnd(8);
  const corner = box && boxToCorner(box);
  const where = corner
    ? `${corner.x.toFixed(1)},${corner.y.toFixed(1)} ${corner.width.toFixed(1)}x${corner.height.toFixed(1)}`
    : '-';
  return [
    `#${frame.sequence}`.padEnd(7),
    colour ? `\u001B[${colours[state]}m${label}\u001B[0m` : label,
    `box ${where}`.padEnd(28),
    `confidence ${confidence.toFixed(2)}`,
    `${fps === null ? '-' : fps.toFixed(1)} fps`,
    `latency p50 ${milliseconds(latencyMs.p50)} p99 ${milliseconds(latencyMs.p99)} ms`,
    `dropped ${dropped}`,
  ].join('  ');
}

/** Two significant decimals below 10, none to speak of above. */
export function milliseconds(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value < 9.995 ? value.toFixed(2) : value.toFixed(1);
}
