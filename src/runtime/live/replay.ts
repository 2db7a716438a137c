import { DamagedFrameError } from '../../core/errors.js';
import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { FrameHistory } from './frame-history.js';

export interface ReplayOptions {
  /** Where the target is known to be. */
  readonly frame: Frame;
  readonly box: Box;
  readonly history: FrameHistory;
  /** Number of a frame not to show to the tracker. */
  readonly leaveOut?: number | null;
  /** After this time the frames that are left are skipped, but for the newest. */
  readonly catchUpMs: number;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock: () => bigint;
  /** Waits for the tracker, within limits. */
  readonly ask: (answer: Promise<Track>) => Promise<Track>;
}

/**
 * Selects on a frame of the past, and follows through the frames kept since then, faster than they came: as many of them
 * as the time allows, evenly spread, and the newest in any case, also of those that come meanwhile.
 * @returns the track of the newest frame
 */
export async function replay(
  tracker: Tracker,
  { frame, box, history, leaveOut = null, catchUpMs, clock, ask }: ReplayOptions,
): Promise<Track> {
  const begun = clock();
  const leftOut = new Set([leaveOut]);
  const elapsedMs = (): number => Number(clock() - begun) / 1e6;
  let track = await ask(tracker.init(frame, box));
  for (let updates = 0; ; updates += 1) {
    const waiting = history.after(track.frame.sequence).filter(({ sequence }) => !leftOut.has(sequence));
    if (waiting.length === 0) return track;
    const leftMs = catchUpMs - elapsedMs();
    // what an update takes, by experience, tells how many more there is time for
    const msEach = updates === 0 ? 0 : elapsedMs() / updates;
    const affordable = Math.max(1, Math.floor(leftMs / Math.max(msEach, 1e-3)));
    const stride = Math.max(1, Math.ceil(waiting.length / affordable));
    const next = waiting[stride - 1]!.share();
    try {
      track = await ask(tracker.update(next));
    } catch (error) {
      if (!(error instanceof DamagedFrameError)) throw error;
      leftOut.add(next.sequence);
    } finally {
      next.dispose();
    }
    if (leftMs <= 0) return track; // a camera faster than the tracker is never caught up with for good
  }
}
