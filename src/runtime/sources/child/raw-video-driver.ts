import { SourceError } from '../../../core/errors.js';
import type { Size } from '../../../core/geometry/box.js';
import { frameBytes, packedFrame, type Frame, type PixelFormat } from '../../../core/image/frame.js';
import type { SourceDescription } from '../../../core/ports/frame-source.js';
import type { FrameDriver } from '../../../core/sources/frame-driver.js';
import { FrameRing, type RingSlot } from '../../../core/sources/frame-ring.js';
import { Handoff } from '../../../core/sources/handoff.js';
import { heldFrames, type HoldBudget } from '../../../core/sources/held-frames.js';
import { LatestMailbox } from '../../../core/sources/latest-mailbox.js';
import { startChild, type ChildCommand, type ChildExit, type ChildOutput } from './child-output.js';
import { cutFrames } from './raw-frames.js';

export interface RawVideoOptions extends Size {
  readonly child: ChildCommand;
  readonly description: SourceDescription;
  readonly format: PixelFormat;
  readonly fullRange?: boolean;
  /** Buffers that go round; a live source reads past frames when all are held. */
  readonly slots?: number;
  /** What the reader wants to hold beyond that. */
  readonly hold?: HoldBudget | undefined;
  readonly firstSequence?: number;
  /** Capture time of the frame with this index, counted from 0, at the moment its last byte has come. */
  readonly timestamp: (index: number) => bigint;
  /** Judges the end of the child: the fault it stands for, or undefined for a normal end. */
  readonly judge: (end: ChildEnd) => SourceError | undefined;
  /** Live only: silence of this length is a fault. */
  readonly stallMs?: number;
}

export interface ChildEnd extends ChildExit {
  readonly frames: number;
  /** Bytes of a last frame that was cut short. */
  readonly looseBytes: number;
  readonly lastWords: readonly string[];
}

/**
 * Frames that a child process (ffmpeg, GStreamer) writes as raw video.
 *
 * Files (`live: false`): every frame, a few ahead of the reader, then the child's pipe is left full so that it waits.
 * Live: only the newest unread frame is kept. Frames view SharedArrayBuffers; dispose gives the buffer back.
 */
export class RawVideoDriver implements FrameDriver {
  readonly #options: RawVideoOptions;
  readonly #description: SourceDescription;
  readonly #child: ChildOutput;
  readonly #closing = new AbortController();
  readonly #mailbox: Handoff<Frame>;
  readonly #ring: FrameRing;
  readonly #pumping: Promise<void>;
  #count = 0;
  #dropped = 0;
  #stalled = false;

  constructor(options: RawVideoOptions) {
    this.#options = options;
    const { child, description, format, slots = description.live ? 4 : 6, hold } = options;
    const bytes = frameBytes(format, options);
    const holdable = heldFrames(hold, bytes, description.fps);
    this.#description = holdable > 0 ? { ...description, holdable } : description;
    this.#ring = new FrameRing(slots + holdable, bytes);
    this.#mailbox = description.live
      ? new LatestMailbox<Frame>((frame) => {
          this.#drop(frame);
        })
      : new Handoff<Frame>();
    this.#child = startChild(child);
    this.#pumping = this.#pump();
  }

  describe(): SourceDescription {
    return this.#description;
  }

  dropped(): number {
    return this.#dropped;
  }

  next(signal: AbortSignal): Promise<Frame | undefined> {
    return this.#mailbox.take(signal);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#child.kill();
    await this.#pumping;
    for (const frame of this.#mailbox.drain()) frame.dispose();
  }

  /** Moves frames from the child to the mailbox until the child ends, then the verdict. Never rejects. */
  async #pump(): Promise<void> {
    try {
      const looseBytes = await this.#move();
      const exit = await this.#child.exit;
      if (this.#closing.signal.aborted) this.#mailbox.end();
      else this.#mailbox.end(this.#verdict({ ...exit, looseBytes }));
    } catch (error) {
      const { uri } = this.#options.description;
      const cause = error instanceof Error ? error : new Error(String(error));
      this.#mailbox.end(new SourceError(`${uri}: ${cause.message}`, { cause }));
    }
  }

  async #move(): Promise<number> {
    const { description, format, stallMs } = this.#options;
    const watchdog = stallMs === undefined ? undefined : setInterval(this.#watch(), stallMs / 2);
    try {
      const frames = cutFrames(this.#child.data, frameBytes(format, this.#options), () =>
        description.live ? this.#acquireLive() : this.#ring.acquire(this.#closing.signal),
      );
      for (;;) {
        const step = await frames.next();
        if (step.done) return step.value;
        this.#accept(step.value.slot);
      }
    } catch (error) {
      if (this.#closing.signal.aborted || this.#stalled) return 0; // killed by us: the stream broke off
      await this.#child.exit; // that the child could not start says more than that its stream broke off
      throw error;
    } finally {
      clearInterval(watchdog);
    }
  }

  /** A free slot, else that of the unread frame, else none: the child must never wait. */
  #acquireLive(): Promise<RingSlot | null> {
    const free = this.#ring.tryAcquire();
    if (free) return Promise.resolve(free);
    for (const unread of this.#mailbox.drain()) this.#drop(unread);
    return Promise.resolve(this.#ring.tryAcquire() ?? null);
  }

  #accept(slot: RingSlot | null): void {
    const { format, fullRange = false, firstSequence = 0, timestamp } = this.#options;
    const index = this.#count;
    this.#count += 1;
    if (!slot) {
      this.#dropped += 1;
      return;
    }
    const frame = packedFrame(format, this.#options, slot.data, {
      fullRange,
      capturedAtNs: timestamp(index),
      sequence: firstSequence + index,
      dispose: () => {
        slot.release();
      },
    });
    if (!this.#mailbox.put(frame)) frame.dispose();
  }

  #drop(frame: Frame): void {
    this.#dropped += 1;
    frame.dispose();
  }

  /** Called twice in a stall interval: two looks at the same count are one whole interval of silence at least. */
  #watch(): () => void {
    let seen = -1;
    let still = 0;
    return () => {
      still = this.#count === seen ? still + 1 : 0;
      seen = this.#count;
      if (still < 2) return;
      this.#stalled = true;
      this.#child.kill();
    };
  }

  #verdict(end: Omit<ChildEnd, 'frames' | 'lastWords'>): SourceError | undefined {
    const { description, judge, stallMs } = this.#options;
    if (this.#stalled) return new SourceError(`${description.uri}: no frame for ${(stallMs ?? 0) / 1000} s`);
    return judge({ ...end, frames: this.#count, lastWords: this.#child.lastWords() });
  }
}
