import { boxToCorner } from '../../core/geometry/box.js';
import type { Track, TrackState } from '../../core/tracking/track.js';
import type { LiveStatistics } from '../live/live-meter.js';

const colours: Readonly<Record<TrackState, number>> = { idle: 90, tracking: 32, coasting: 33, lost: 31 };

export interface StatusLineOptions {
  readonly colour?: boolean;
  /** Frames dropped before the tracker. */
  readonly dropped: number;
  /** Columns there are; what matters least is left out until the line fits. */
  readonly width?: number;
}

/** One line for a person: state, box, confidence, rate, latency, drops. */
export function statusLine(
  { state, box, confidence, frame }: Track,
  { fps, latencyMs }: LiveStatistics,
  { colour = false, dropped, width = Number.POSITIVE_INFINITY }: StatusLineOptions,
): string {
  const corner = box && boxToCorner(box);
  const where = corner
    ? `${corner.x.toFixed(1)},${corner.y.toFixed(1)} ${corner.width.toFixed(1)}x${corner.height.toFixed(1)}`
    : '-';
  const parts = {
    number: `#${frame.sequence}`.padEnd(7),
    state: state.padEnd(8),
    box: `box ${where}`.padEnd(27),
    confidence: `confidence ${confidence.toFixed(2)}`,
    fps: `${fps === null ? '-' : fps.toFixed(1)} fps`,
    latency: `latency p50 ${milliseconds(latencyMs.p50)} p99 ${milliseconds(latencyMs.p99)} ms`,
    dropped: `dropped ${dropped}`,
  };
  let shown = Object.keys(parts) as (keyof typeof parts)[];
  const join = (): string => shown.map((name) => parts[name]).join('  ');
  for (const name of ['confidence', 'dropped', 'number', 'latency'] as const) {
    if (join().length <= width) break;
    shown = shown.filter((it) => it !== name);
  }
  const line = join().slice(0, Math.min(width, 1000));
  return colour ? line.replace(state, `\u001B[${colours[state]}m${state}\u001B[0m`) : line;
}

/** Two decimals below 10, one above. */
export function milliseconds(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return value < 9.995 ? value.toFixed(2) : value.toFixed(1);
}
