import { SourceError } from '../../core/errors.js';
import type { Frame } from '../../core/image/frame.js';
import type { FrameSource, SourceDescription } from '../../core/ports/frame-source.js';
import { frameSource, type FrameDriver } from '../../core/sources/frame-driver.js';
import { openVideoFile } from '../sources/video/video-file-source.js';
import type { RecordedFrame, RecordedSegment } from './read-recording.js';

/**
 * The video of a recording as a source: all segments one after the other, every frame with the number and the capture time
 * it had when it was recorded. A segment that a power cut left short gives the frames it has.
 * @throws SourceError when no segment has video that can be decoded.
 */
export async function openRecordedSource(
  dir: string,
  segments: readonly RecordedSegment[],
  signal: AbortSignal = new AbortController().signal,
): Promise<FrameSource> {
  const filmed = segments.filter(({ frames }) => frames.length > 0);
  const first = filmed[0];
  if (!first) throw new SourceError(`recording "${dir}": has no video; it was made without an encoder`);
  const driver = new RecordedDriver(dir, filmed);
  await driver.openNext(signal);
  return frameSource(driver);
}

class RecordedDriver implements FrameDriver {
  readonly #dir: string;
  readonly #segments: RecordedSegment[];
  #description: SourceDescription | null = null;
  #current: { readonly source: FrameSource; readonly frames: AsyncIterator<Frame> } | null = null;
  #labels: readonly RecordedFrame[] = [];
  #index = 0;
  #last: number | null = null;
  #dropped = 0;

  constructor(dir: string, segments: readonly RecordedSegment[]) {
    this.#dir = dir;
    this.#segments = [...segments];
  }

  describe(): SourceDescription {
    if (!this.#description) throw new Error('not open');
    return this.#description;
  }

  /** Gaps between the recorded frames. */
  dropped(): number {
    return this.#dropped;
  }

  async next(signal: AbortSignal): Promise<Frame | undefined> {
    for (;;) {
      const frame = await this.#nextOfSegment();
      if (frame) return this.#label(frame);
      await this.#closeSegment();
      if (signal.aborted || !(await this.openNext(signal))) return undefined;
    }
  }

  /** @returns false after the last segment. */
  async openNext(signal: AbortSignal): Promise<boolean> {
    const segment = this.#segments.shift();
    if (!segment) return false;
    const source = await openVideoFile(segment.video, segment.video, { signal });
    this.#current = { source, frames: source.frames(signal)[Symbol.asyncIterator]() };
    this.#labels = segment.frames;
    this.#index = 0;
    const { width, height, format } = source.describe();
    const detail = `recording of ${segment.head.source.uri}`;
    const { fps } = segment.head.source;
    this.#description ??= { uri: this.#dir, width, height, format, fps, live: false, detail };
    return true;
  }

  async close(): Promise<void> {
    await this.#closeSegment();
  }

  async #nextOfSegment(): Promise<Frame | undefined> {
    if (!this.#current || this.#index >= this.#labels.length) return undefined;
    try {
      const step = await this.#current.frames.next();
      return step.done === true ? undefined : step.value;
    } catch (error) {
      // the last pictures of a segment may be missing, but one without any is worth nothing
      if (error instanceof SourceError && this.#index > 0) return undefined;
      throw error;
    }
  }

  #label(frame: Frame): Frame {
    const { sequence, capturedAtNs } = this.#labels[this.#index]!;
    this.#index += 1;
    if (this.#last !== null) this.#dropped += Math.max(0, sequence - this.#last - 1);
    this.#last = sequence;
    const { format, width, height, planes, fullRange = false } = frame;
    return {
      ...{ format, width, height, planes, fullRange, sequence, capturedAtNs },
      dispose: () => {
        frame.dispose();
      },
    };
  }

  async #closeSegment(): Promise<void> {
    const current = this.#current;
    this.#current = null;
    await current?.source.close();
  }
}
