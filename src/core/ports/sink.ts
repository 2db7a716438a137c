import type { Track } from '../tracking/track.js';

/**
 * Where tracks go. `publish` never blocks the loop and never throws: a sink that cannot keep up drops stale tracks
 * and counts them.
 */
export interface Sink extends AsyncDisposable {
  readonly name: string;
  publish(track: Track): void;
  readonly dropped: number;
  /** Flushes what is due and releases; idempotent. */
  close(): Promise<void>;
}
