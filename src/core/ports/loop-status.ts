import type { Track, TrackState } from '../tracking/track.js';
import type { Command, Origin } from './control.js';
import type { SourceDescription } from './frame-source.js';

/** Percentiles, ms; null before the first value. */
export interface LatencySummary {
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface SinkHealth {
  readonly name: string;
  /** Tracks given to it. */
  readonly published: number;
  /** Tracks it says it could not keep up with. */
  readonly dropped: number;
  /** Times `publish` threw, against its obligation. */
  readonly failed: number;
  /** The last of these errors. */
  readonly lastError: string | null;
  /** From the frame's capture to the end of `publish`. */
  readonly latencyMs: LatencySummary;
}

export interface ModelStatus {
  readonly name: string;
  readonly precision: string;
  /** Execution provider really used. */
  readonly provider: string;
  /** Why it is not the one wished for first, or runs only a part of the model; absent when neither is so. */
  readonly fallback?: string;
}

/** All that is to be told of a running loop. */
export interface LoopStatus {
  /** `starting` before the first frame, `ended` after the last; else the newest track's. */
  readonly state: 'starting' | 'ended' | 'paused' | TrackState;
  readonly track: Track | null;
  /** Null when the tracker does not say. */
  readonly model: ModelStatus | null;
  /** Times the tracker's worker died or hung and was started again. */
  readonly trackerRestarts: number;
  /** Null before the loop runs. */
  readonly source: SourceDescription | null;
  /** Tracks a second over the last second; null before the second track. */
  readonly fps: number | null;
  /** Tracks published. */
  readonly frames: number;
  readonly dropped: {
    /** Between device and loop. */
    readonly bySource: number;
    /** Passed by because the tracker was busy. */
    readonly byTracker: number;
  };
  /** Capture to the end of publishing to all sinks. */
  readonly latencyMs: LatencySummary;
  readonly sinks: readonly SinkHealth[];
  /** Frames a selection may refer to; null when there are none. */
  readonly kept: { readonly oldest: number; readonly newest: number; readonly frames: number } | null;
  /** The last accepted command that changed anything, and whose it was. */
  readonly lastCommand: {
    readonly command: Command;
    readonly origin: Origin;
    readonly atMs: number;
  } | null;
}

/** What there is to tell before the loop runs; `lastCommand` is the command desk's own. */
export const startingStatus: Omit<LoopStatus, 'lastCommand'> = {
  state: 'starting',
  track: null,
  model: null,
  trackerRestarts: 0,
  source: null,
  fps: null,
  frames: 0,
  dropped: { bySource: 0, byTracker: 0 },
  latencyMs: { p50: null, p99: null, max: null },
  sinks: [],
  kept: null,
};
