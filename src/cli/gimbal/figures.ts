import type { ClosedLoopSample } from './closed-loop.js';

export interface ClosedLoopFigures {
  readonly tracks: number;
  readonly seconds: number;
  /** Tracks a second. */
  readonly fps: number;
  /** Distance of the target from the middle, in frame widths: root mean square and worst; a target out of the picture counts 1. */
  readonly rmsOff: number;
  readonly worstOff: number;
  /** Share of the tracks on which the target was seen. */
  readonly seen: number;
  /** ms. */
  readonly toWireP99: number | null;
  readonly trackAgeP50: number;
}

export function figuresOf(samples: readonly ClosedLoopSample[]): ClosedLoopFigures {
  const off = samples.map((it) => (it.off ? Math.hypot(it.off.x, it.off.y) : 1));
  const wire = samples.flatMap(({ toWireMs }) => (toWireMs === null ? [] : [toWireMs]));
  const seconds = samples.at(-1)?.timeS ?? 0;
  return {
    tracks: samples.length,
    seconds,
    fps: seconds > 0 ? (samples.length - 1) / seconds : 0,
    rmsOff: Math.sqrt(off.reduce((sum, it) => sum + it * it, 0) / Math.max(1, off.length)),
    worstOff: Math.max(0, ...off),
    seen: samples.filter(({ state }) => state === 'tracking').length / Math.max(1, samples.length),
    toWireP99: percentile(wire, 0.99),
    trackAgeP50:
      percentile(
        samples.map(({ trackAgeMs }) => trackAgeMs),
        0.5,
      ) ?? 0,
  };
}

/** Of a run that began beside the target: seconds until it stays within `band` of the beginning, and the overshoot's share. */
export function stepFigures(samples: readonly ClosedLoopSample[], band = 0.05) {
  // the first frame was drawn before the gimbal looked aside
  const [, begin] = samples;
  const first = begin?.off?.x ?? 0;
  const rest = samples.slice(1).map(({ timeS, off }) => {
    return { timeS: timeS - begin!.timeS, share: (off?.x ?? 1) / first };
  });
  const last = rest.findLastIndex(({ share }) => Math.abs(share) > band);
  return {
    settledS: rest[last + 1]?.timeS ?? Number.POSITIVE_INFINITY,
    overshoot: Math.max(0, ...rest.map(({ share }) => -share)),
  };
}

function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
