import { encodePicture } from '../../../core/console/picture-message.js';
import type { PictureHeader } from '../../../core/console/server-messages.js';
import { boxToCorner } from '../../../core/geometry/box.js';
import type { SharedFrame } from '../../../core/image/shared-frame.js';
import type { Log } from '../../../core/ports/log.js';
import type { Track } from '../../../core/tracking/track.js';
import type { VideoOptions } from '../options.js';
import { EncoderThread } from './encoder-thread.js';
import { WaitingFrames } from '../../../core/image/waiting-frames.js';

/** A compressed picture with what the tracker said of it. */
export interface Picture {
  readonly number: number;
  readonly capturedAtNs: bigint;
  readonly message: Uint8Array;
}

/** Somebody who watches, at their own pace. */
export interface Watcher {
  /** Number of the last picture it was given. */
  readonly lastNumber: number;
  /** The last picture has arrived and been drawn: there is room for the next. */
  readonly ready: boolean;
  show(picture: Picture): void;
}

export interface PictureFeedOptions {
  readonly watchers: ReadonlySet<Watcher>;
  readonly video: () => VideoOptions;
  readonly log: Log;
  /** Nanoseconds of CLOCK_MONOTONIC. */
  readonly clock?: () => bigint;
}

/** The newest frame the tracker has spoken of. */
interface Shot {
  readonly number: number;
  readonly frame: SharedFrame;
  readonly track: Track | null;
}

/** A frame that has waited so long for a track is shown without one: the tracker hangs, the camera does not. */
const longestWaitNs = 1_000_000_000n;
/** Frames do not come to the millisecond. */
const earlyMs = 4;

/**
 * Makes pictures out of frames and their tracks for those who watch: only while somebody does, only the newest, each once for
 * everybody, and the next for a watcher only when it is ready. What nobody was ready for is never made.
 */
export class PictureFeed implements AsyncDisposable {
  readonly #options: PictureFeedOptions;
  readonly #clock: () => bigint;
  readonly #encoder = new EncoderThread();
  readonly #waiting = new WaitingFrames();
  #newest: Shot | null = null;
  #picture: Picture | null = null;
  #lastNumber = 0;
  /** Number of the last picture that was begun, also of one that failed. */
  #begun = 0;
  #begunAtMs = Number.NEGATIVE_INFINITY;
  #told = '';
  #closed = false;

  constructor(options: PictureFeedOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => process.hrtime.bigint());
  }

  /** For the frame tap. */
  see(frame: SharedFrame): void {
    if (this.#closed || this.#options.watchers.size === 0) return;
    const { oldest, newest } = this.#waiting;
    if (oldest && newest && frame.capturedAtNs - oldest.capturedAtNs > longestWaitNs) {
      const late = this.#waiting.take(newest.sequence);
      if (late) this.#offer(late, null);
    }
    this.#waiting.add(frame);
  }

  /** For the sink. */
  publish(track: Track): void {
    const frame = this.#waiting.take(track.frame.sequence);
    if (frame) this.#offer(frame, track);
  }

  /** Somebody has become ready, or has come. */
  pump(): void {
    const { watchers } = this.#options;
    const newest = this.#newest;
    if (this.#picture) this.#hand(this.#picture);
    if (this.#closed || !newest || newest.number === this.#begun || this.#encoder.busy) return;
    const wanted = [...watchers].some(({ ready, lastNumber }) => ready && lastNumber < newest.number);
    if (wanted && this.#isDue()) void this.#encode(newest);
  }

  /** Nobody watches any more: lets everything go. */
  async rest(): Promise<void> {
    this.#waiting[Symbol.dispose]();
    this.#newest?.frame.dispose();
    this.#newest = null;
    this.#picture = null;
    await this.#encoder.rest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.rest();
    await this.#encoder[Symbol.asyncDispose]();
  }

  #offer(frame: SharedFrame, track: Track | null): void {
    this.#newest?.frame.dispose();
    this.#lastNumber += 1;
    this.#newest = { number: this.#lastNumber, frame, track };
    this.pump();
  }

  #isDue(): boolean {
    const { fps } = this.#options.video();
    return Number(this.#clock()) / 1e6 - this.#begunAtMs > 1000 / fps - earlyMs;
  }

  /** Never rejects. */
  async #encode({ number, frame, track }: Shot): Promise<void> {
    const { quality, width } = this.#options.video();
    this.#begun = number;
    this.#begunAtMs = Number(this.#clock()) / 1e6;
    const held = frame.share(); // the newest may change meanwhile
    try {
      const jpeg = await this.#encoder.encode(held, { quality, width });
      const message = encodePicture(headerOf(number, held, track), jpeg);
      this.#picture = { number, capturedAtNs: held.capturedAtNs, message };
    } catch (error) {
      this.#tell(error);
    } finally {
      held.dispose();
    }
    if (this.#options.watchers.size > 0) this.pump();
  }

  #hand(picture: Picture): void {
    for (const watcher of this.#options.watchers) {
      if (watcher.ready && watcher.lastNumber < picture.number) watcher.show(picture);
    }
  }

  /** Once for every reason: pictures come thirty times a second. */
  #tell(error: unknown): void {
    const text = String(error);
    if (this.#closed || this.#options.watchers.size === 0 || text === this.#told) return;
    this.#told = text;
    this.#options.log.warn({ err: error }, 'a picture could not be made');
  }
}

function headerOf(number: number, frame: SharedFrame, track: Track | null): PictureHeader {
  const { sequence, capturedAtNs, width, height } = frame;
  return {
    number,
    sequence,
    capturedAtNs: capturedAtNs.toString(),
    width,
    height,
    track: track && {
      state: track.state,
      box: track.box && boxToCorner(track.box),
      confidence: track.confidence,
      target: track.target,
      distractors: (track.distractors ?? []).map(({ box, score }) => ({ ...boxToCorner(box), score })),
    },
  };
}
