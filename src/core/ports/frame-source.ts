import type { Frame, PixelFormat } from '../image/frame.js';
import type { Size } from '../geometry/box.js';

export interface SourceDescription extends Size {
  /** The URI it was opened with, without secrets. */
  readonly uri: string;
  readonly format: PixelFormat;
  /** Nominal frames per second; null when unknown. */
  readonly fps: number | null;
  /** Live sources keep only the newest frame, files keep all. */
  readonly live: boolean;
  /** Frames a reader may hold undisposed without the source running dry; absent: hardly more than one. */
  readonly holdable?: number;
  /** One line for a person: device name, codec, what the driver really set. */
  readonly detail: string;
}

export interface SourceStatistics {
  readonly delivered: number;
  /** Frames the device or the mailbox dropped (gaps in `sequence`). */
  readonly dropped: number;
  /** Of a source that waits for its device to come back; absent for others. */
  readonly link?: SourceLink;
}

export interface SourceLink {
  /** False while the device is away. */
  readonly connected: boolean;
  /** Times it was opened anew. */
  readonly reconnects: number;
  /** Why it is away; null while it is there. */
  readonly fault: string | null;
}

/**
 * Frames, in order. Iterable once. A fault THROWS a SourceError (an unplugged camera never looks like the end of a
 * video); a normal end finishes the iteration; an aborted signal finishes it too. Leaving the loop early closes the source.
 */
export interface FrameSource extends AsyncDisposable {
  /** Known after opening: a source is made by an async `open` that has already talked to the device. */
  describe(): SourceDescription;
  statistics(): SourceStatistics;
  frames(signal?: AbortSignal): AsyncIterable<Frame>;
  /** Idempotent. */
  close(): Promise<void>;
}
