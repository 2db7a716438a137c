import { UsageError } from '../../core/errors.js';
import type { FrameSource } from '../../core/ports/frame-source.js';
import type { Track } from '../../core/tracking/track.js';
import type { Tracker } from '../../core/tracking/tracker.js';
import type { ReplayAction } from './replay-plan.js';

export interface ReplayOptions {
  /** Closed afterwards. */
  readonly source: FrameSource;
  /** Not disposed. */
  readonly tracker: Tracker;
  readonly plan: readonly ReplayAction[];
  readonly onTrack: (track: Track) => void;
  /** A selection the tracker refuses, such as one outside the frame. */
  readonly onRefused?: (action: ReplayAction, reason: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs recorded video through a tracker, every frame once, with the selections of the recording at their frames. Targets are
 * numbered from 1, in the order of their selection.
 * @throws SourceError, InferenceError
 */
export async function replayRecording(options: ReplayOptions): Promise<void> {
  const { source, tracker, plan, onTrack, signal } = options;
  const waiting = [...plan];
  let target = 0;
  for await (const frame of source.frames(signal)) {
    try {
      let track: Track | null = null;
      while (waiting[0] && waiting[0].sequence <= frame.sequence) {
        const action = waiting.shift()!;
        if (action.kind === 'stop') {
          await tracker.stop();
          track = null;
          continue;
        }
        try {
          track = await tracker.init(frame, action.box);
          target += 1;
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          options.onRefused?.(action, error.message);
        }
      }
      track ??= await tracker.update(frame);
      onTrack({ ...track, target: track.state === 'idle' ? 0 : target });
    } finally {
      frame.dispose();
    }
    if (signal?.aborted) break;
  }
}
