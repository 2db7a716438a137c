import { SourceError, UsageError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { HistoryBudget } from './frame-history.js';
import type { LiveControl } from './live-control.js';
import { LiveLoop } from './live-loop.js';
import type { LiveMeter, LiveStatistics } from './live-meter.js';
import type { LiveTracker, TrackerSupply } from './live-tracker.js';

export interface LiveOptions {
  /** Read to its end, closed afterwards. */
  readonly source: FrameSource;
  /** Used first, not disposed. */
  readonly tracker: LiveTracker;
  /** Replaces a tracker that died or hangs, and opens other models; without it a fault of the tracker ends the loop. */
  readonly supply?: TrackerSupply;
  /** Published to in this order, not closed. */
  readonly sinks?: readonly Sink[];
  /** See every frame, tracked or not. */
  readonly taps?: readonly FrameTap[];
  /** Target in the first frame, image pixels; null: wait for a command. */
  readonly select?: Box | null;
  /** Frames left out before the first. */
  readonly startFrame?: number;
  /** Ends the loop after so many tracks. */
  readonly maxFrames?: number;
  /** Ends the loop within one frame. */
  readonly signal?: AbortSignal;
  readonly control?: LiveControl;
  /** How much of the past is kept for selections to refer to; default 64 MB, at most a second; null: nothing. */
  readonly history?: HistoryBudget | null;
  /** Counts; given where a sink shows the counts. */
  readonly meter?: LiveMeter;
  readonly log?: Log;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
  /** Told once for every sink that throws, against its obligation; the loop goes on. */
  readonly onSinkFault?: (sink: Sink, error: unknown) => void;
  /** Told after every publication: from the frame's capture (of recorded video: its delivery) to the end of `publish`. */
  readonly onPublished?: (sink: Sink, latencyMs: number) => void;
  /** A tracker that has not answered for so long is taken to hang, where there is a supply; default 2000. */
  readonly updateTimeoutMs?: number;
  /** Time that coming from a past selection to the present may take; default 500. */
  readonly catchUpMs?: number;
}

export interface LiveSummary extends LiveStatistics {
  readonly ended: 'source ended' | 'frame limit' | 'interrupted';
  /** Frames without a track: lost between device and loop, or passed by because the tracker was busy. */
  readonly dropped: number;
}

/**
 * The main job: takes frames from the source, follows the target, publishes a Track to every sink: for every frame of a
 * recorded video, for the newest frame of a live one.
 *
 * Every frame is disposed, whatever happens. Commands are carried out between frames.
 * @throws UsageError for a selection outside the frame, or a startFrame past the end.
 * @throws SourceError when the source fails or has no frame; InferenceError when a tracker without supply fails.
 */
export async function runLive(options: LiveOptions): Promise<LiveSummary> {
  const { source, startFrame = 0, signal, control } = options;
  await using loop = new LiveLoop(options);
  control?.attach(
    () => loop.status(),
    () => {
      loop.ring();
    },
  );
  let ended: LiveSummary['ended'];
  try {
    ended = await loop.run();
  } finally {
    control?.end();
  }
  if (signal?.aborted && ended === 'source ended') ended = 'interrupted';
  if (ended === 'source ended') requireFrames(source, loop.seen, startFrame);
  return { ...loop.statistics(), ended, dropped: loop.dropped };
}

function requireFrames(source: FrameSource, seen: number, startFrame: number): void {
  if (seen === 0) throw new SourceError(`source "${source.describe().uri}": has no frames`);
  if (seen > startFrame) return;
  throw new UsageError(`--start-frame ${startFrame}: the source has only ${seen} frames`);
}
