import { crosshairSpan, type CrosshairPoint } from '../../core/console/server-messages.js';

/** A longer pause between two points is a gap, seconds. */
const longestPause = 1;
/** Full scales, in picture widths. */
const scales = [0.05, 0.1, 0.25, 0.5];

/** The smallest full scale that holds every point. */
export function fullScale(points: readonly CrosshairPoint[]): number {
  const most = Math.max(
    0,
    ...points.map(({ off }) => (off ? Math.max(Math.abs(off.x), Math.abs(off.y)) : 0)),
  );
  return scales.find((scale) => most <= scale) ?? scales.at(-1)!;
}

/** How far off, in picture widths: root mean square and worst, of those points that have a place; null: none has. */
export function offFigures(points: readonly CrosshairPoint[]): { rms: number; worst: number } | null {
  const off = points.flatMap((point) => (point.off ? [Math.hypot(point.off.x, point.off.y)] : []));
  if (off.length === 0) return null;
  const squares = off.reduce((sum, it) => sum + it * it, 0);
  return { rms: Math.sqrt(squares / off.length), worst: Math.max(...off) };
}

export interface CurveFrame {
  readonly width: number;
  readonly height: number;
  /** Picture widths from the middle to the edge. */
  readonly scale: number;
}

/**
 * Paths of one axis over time, the newest at the right, positive upwards: what was seen, and what was predicted, which meets it. What has no place
 * is a gap.
 */
export function curvePaths(
  points: readonly CrosshairPoint[],
  valueOf: (off: NonNullable<CrosshairPoint['off']>) => number,
  { width, height, scale }: CurveFrame,
): { seen: string; predicted: string } {
  const paths = { seen: '', predicted: '' };
  const newest = points.at(-1)?.at ?? 0;
  const place = ({ at }: CrosshairPoint, off: NonNullable<CrosshairPoint['off']>): string => {
    const x = width * (1 - (newest - at) / crosshairSpan);
    const y = (height / 2) * (1 - Math.max(-1, Math.min(1, valueOf(off) / scale)));
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  };
  points.forEach((point, index) => {
    const before = points[index - 1];
    if (!point.off) return;
    const kind = point.seen ? 'seen' : 'predicted';
    if (!before?.off || point.at - before.at > longestPause) paths[kind] += `M${place(point, point.off)}`;
    else if (before.seen === point.seen) paths[kind] += `L${place(point, point.off)}`;
    else paths[kind] += `M${place(before, before.off)}L${place(point, point.off)}`;
  });
  return paths;
}
