import { SourceError, UsageError } from '../../core/errors.js';
import type { Box, Point, Size } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { startingStatus } from '../../core/ports/loop-status.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import { checkSelection } from '../../core/tracking/check-selection.js';
import type { LiveControl, PendingCommand } from './live-control.js';
import { LiveMeter, type LiveStatistics } from './live-meter.js';

export interface LiveOptions {
  /** Read to its end, closed afterwards. */
  readonly source: FrameSource;
  /** Used, not disposed. */
  readonly tracker: Tracker;
  /** Published to in this order, not closed. */
  readonly sinks?: readonly Sink[];
  /** Target in the first frame, image pixels; null: wait for a command. */
  readonly select?: Box | null;
  /** Frames left out before the first. */
  readonly startFrame?: number;
  /** Ends the loop after so many tracks. */
  readonly maxFrames?: number;
  /** Ends the loop within one frame. */
  readonly signal?: AbortSignal;
  readonly control?: LiveControl;
  /** Counts; given where a sink shows the counts. */
  readonly meter?: LiveMeter;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
  /** Told once for every sink that throws, against its obligation; the loop goes on. */
  readonly onSinkFault?: (sink: Sink, error: unknown) => void;
}

export interface LiveSummary extends LiveStatistics {
  readonly ended: 'source ended' | 'frame limit' | 'interrupted';
  /** Frames lost between the device and the loop. */
  readonly dropped: number;
}

/**
 * The main job: takes frames from the source, follows the target, publishes a Track for every frame to every sink.
 *
 * Every frame is disposed, whatever happens. Commands are carried out between frames.
 * @throws UsageError for a selection outside the frame, or a startFrame past the end.
 * @throws SourceError when the source fails or has no frame; InferenceError when the tracker fails.
 */
export async function runLive(options: LiveOptions): Promise<LiveSummary> {
  const { source, maxFrames = Number.POSITIVE_INFINITY, startFrame = 0, signal, control } = options;
  const meter = options.meter ?? new LiveMeter();
  const step = createStep(options, meter);
  let ended: LiveSummary['ended'] = 'source ended';
  let seen = 0;
  try {
    for await (const frame of source.frames(signal)) {
      try {
        seen += 1;
        if (seen > startFrame) await step(frame);
      } finally {
        frame.dispose();
      }
      if (seen - startFrame >= maxFrames) {
        ended = 'frame limit';
        break;
      }
      if (signal?.aborted) break;
    }
  } finally {
    control?.end();
    await source.close();
  }
  if (signal?.aborted && ended === 'source ended') ended = 'interrupted';
  if (ended === 'source ended') requireFrames(source, seen, startFrame);
  return { ...meter.read(), ended, dropped: source.statistics().dropped };
}

/** What is done with one frame: command, track, publish, measure. */
function createStep(options: LiveOptions, meter: LiveMeter): (frame: Frame) => Promise<void> {
  const { source, tracker, select = null, control, clock = () => process.hrtime.bigint() } = options;
  const publish = createPublisher(options.sinks ?? [], options.onSinkFault);
  const { live } = source.describe();
  let first = select;
  let latest: Track | null = null;
  control?.attach(
    () => ({
      ...startingStatus,
      state: latest?.state ?? 'starting',
      track: latest,
      source: source.describe(),
    }),
    () => undefined,
  );
  return async (frame) => {
    const deliveredAtNs = clock();
    const waiting = control?.take() ?? [];
    const pending = waiting.pop();
    for (const { answer } of waiting) answer({ accepted: false, reason: 'overtaken by a later command' });
    let track: Track | null = null;
    if (first) {
      checkSelection(first, frame, '--box');
      track = await tracker.init(frame, first);
      first = null;
    }
    if (pending) track = (await carryOut(pending, frame, tracker)) ?? track;
    track ??= await tracker.update(frame);
    latest = track;
    publish(track);
    const now = clock();
    meter.record(track, now - (live ? frame.capturedAtNs : deliveredAtNs), now);
  };
}

/** @returns the frame's track when the command made one. */
async function carryOut({ command, answer }: PendingCommand, frame: Frame, tracker: Tracker) {
  try {
    if (command.kind === 'stop') {
      await tracker.stop();
      const track = await tracker.update(frame);
      answer({ accepted: true, track });
      return track;
    }
    if (command.kind !== 'select') throw new UsageError(`${command.kind}: this loop cannot do it`);
    const box = 'box' in command ? command.box : boxAround(command.point, frame);
    checkSelection(box, frame, 'select');
    const track = await tracker.init(frame, box);
    answer({ accepted: true, track });
    return track;
  } catch (error) {
    answer({ accepted: false, reason: error instanceof Error ? error.message : String(error) });
    if (error instanceof UsageError) return null;
    throw error;
  }
}

/** A point says where, not how large: a square of an eighth of the frame's shorter side. */
function boxAround({ x, y }: Point, { width, height }: Size): Box {
  const side = Math.min(width, height) / 8;
  return { cx: x, cy: y, width: side, height: side };
}

function createPublisher(sinks: readonly Sink[], onFault: LiveOptions['onSinkFault']) {
  const faulty = new Set<Sink>();
  return (track: Track): void => {
    for (const sink of sinks) {
      try {
        sink.publish(track);
      } catch (error) {
        if (!faulty.has(sink)) onFault?.(sink, error);
        faulty.add(sink);
      }
    }
  };
}

function requireFrames(source: FrameSource, seen: number, startFrame: number): void {
  if (seen === 0) throw new SourceError(`source "${source.describe().uri}": has no frames`);
  if (seen > startFrame) return;
  throw new UsageError(`--start-frame ${startFrame}: the source has only ${seen} frames`);
}
