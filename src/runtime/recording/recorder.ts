import { setTimeout as delay } from 'node:timers/promises';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import type { CommandEvent } from '../../core/ports/control.js';
import type { SourceDescription } from '../../core/ports/frame-source.js';
import type { FrameTap } from '../../core/ports/frame-tap.js';
import type { Log } from '../../core/ports/log.js';
import type { Sink } from '../../core/ports/sink.js';
import type { Track } from '../../core/tracking/track.js';
import { DiskRing } from './disk-ring.js';
import type { VideoEncoder } from './encoder-names.js';
import { encodedFormat, EncoderProcess, type VideoFragment } from './encoder-process.js';
import { fragmentTime, rebaseFragment } from './fragmented-mp4.js';
import { commandLine, frameLine, segmentHead, trackLine, type RecordingLine } from './recording-lines.js';

export interface RecorderOptions {
  readonly dir: string;
  readonly budgetBytes: number;
  readonly keepFreeBytes: number;
  readonly segmentSeconds: number;
  /** Null: tracks alone. */
  readonly encoder: VideoEncoder | null;
  readonly source: SourceDescription;
  /** Name of the model, for the record. */
  readonly model: string;
  readonly log: Log;
  /** What closing waits for the encoder's last pictures. */
  readonly closeLimitMs?: number;
  readonly clock?: () => bigint;
  readonly freeBytes?: (dir: string) => Promise<number>;
}

export interface RecorderStatistics {
  /** Frames that stand in the video. */
  readonly frames: number;
  /** Frames that were seen but not recorded. */
  readonly framesDropped: number;
  readonly bytes: number;
  /** Why nothing is written; null while all is well. */
  readonly stopped: string | null;
}

/** What was written is older than this at a power cut, together with the length of a fragment. */
const syncMs = 500;
/** Behind a stalled disk so much is held; then the recording loses pictures, not the machine its memory. */
const mostBacklogBytes = 16 << 20;
/** Written twice a second; more than this comes together only while nothing can be written. */
const mostLines = 10_000;
const longestEncoderWaitMs = 30_000;

/**
 * Records what the loop sees and says: video and tracks in segments on a disk, within a budget.
 *
 * A tap and a sink: neither ever blocks the loop or throws. The encoder is a child; when it dies it is started again.
 */
export class Recorder implements FrameTap, Sink {
  readonly name = 'recording';
  readonly #options: RecorderOptions;
  readonly #ring: DiskRing;
  readonly #closing = new AbortController();
  readonly #syncing: Promise<void>;
  #encoder: EncoderProcess | null = null;
  #head: Buffer | null = null;
  #lines: RecordingLine[] = [];
  /** A new encoder needs a new file; after a loss the video goes on at a picture that needs no other. */
  #awaitsKeyframe = true;
  #work: Promise<unknown> = Promise.resolve();
  #backlogBytes = 0;
  #retiring = false;
  #encoderWaitMs = 1000;
  #encoderPausedUntilNs = 0n;
  #frames = 0;
  #framesDropped = 0;
  #tracksDropped = 0;
  #closed: Promise<void> | null = null;

  private constructor(options: RecorderOptions, ring: DiskRing) {
    this.#options = options;
    this.#ring = ring;
    this.#syncing = this.#keepSyncing();
  }

  /** @throws UsageError when the folder cannot be used. */
  static async open(options: RecorderOptions): Promise<Recorder> {
    const { source, model } = options;
    const describe = (segment: number): object => segmentHead(segment, source, model);
    return new Recorder(options, await DiskRing.open({ ...options, describe }));
  }

  get dropped(): number {
    return this.#tracksDropped;
  }

  statistics(): RecorderStatistics {
    const { bytes, stopped } = this.#ring;
    return { frames: this.#frames, framesDropped: this.#framesDropped, bytes, stopped };
  }

  see(frame: SharedFrame): void {
    if (this.#closed || this.#options.encoder === null) return;
    const encoder = this.#ring.stopped === null ? this.#encoderFor(frame, this.#options.encoder) : null;
    if (!encoder || encoder.busy || !encoder.write(frame.share())) this.#framesDropped += 1;
  }

  publish(track: Track): void {
    if (this.#closed || this.#ring.stopped !== null) this.#tracksDropped += 1;
    else this.#lines.push(trackLine(track));
  }

  /** For Control.onCommand: selections are part of the recording. */
  note(event: CommandEvent): void {
    const line = commandLine(event);
    if (line && !this.#closed && this.#lines.length < mostLines) this.#lines.push(line);
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The running encoder, or a new one; null while one that died is waited out. */
  #encoderFor(frame: SharedFrame, encoder: VideoEncoder): EncoderProcess | null {
    if (this.#encoder?.fits(frame)) return this.#encoder;
    // the next one begins when this one has written all it had, else their pictures would mix
    if (this.#encoder) void this.#retire(this.#encoder);
    if (this.#retiring || this.#now() < this.#encoderPausedUntilNs) return null;
    const { width, height, fullRange = false } = frame;
    const started = new EncoderProcess({
      ...{ encoder, format: encodedFormat(frame), width, height, fullRange },
      onHead: (bytes) => {
        void this.#enqueue(bytes.length, () => this.#beginVideo(bytes));
      },
      onFragment: (fragment) => {
        this.#take(fragment);
      },
    });
    void started.ended
      .then(
        () => undefined,
        (error: unknown) => {
          this.#encoderDied(started, error);
        },
      )
      .finally(() => {
        this.#framesDropped += started.lost;
      });
    this.#encoder = started;
    return started;
  }

  #encoderDied(encoder: EncoderProcess, error: unknown): void {
    if (this.#encoder !== encoder) return;
    this.#encoder = null;
    this.#encoderPausedUntilNs = this.#now() + BigInt(this.#encoderWaitMs) * 1_000_000n;
    const retryMs = this.#encoderWaitMs;
    this.#encoderWaitMs = Math.min(this.#encoderWaitMs * 2, longestEncoderWaitMs);
    this.#options.log.warn({ err: error, retryMs }, 'video encoder failed; tracks are recorded on');
  }

  async #retire(encoder: EncoderProcess): Promise<void> {
    if (this.#encoder !== encoder) return;
    this.#encoder = null;
    this.#retiring = true;
    await encoder.close(longestEncoderWaitMs);
    this.#retiring = false;
  }

  #take(fragment: VideoFragment): void {
    this.#encoderWaitMs = 1000;
    if (this.#backlogBytes > mostBacklogBytes) {
      this.#framesDropped += fragment.frames.length;
      this.#awaitsKeyframe = true;
      return;
    }
    void this.#enqueue(fragment.bytes.length, () => this.#write(fragment));
  }

  async #beginVideo(head: Buffer): Promise<void> {
    this.#head = head;
    this.#awaitsKeyframe = true;
    if (this.#ring.segment?.hasVideo === true) await this.#ring.cut();
  }

  async #write({ bytes, keyframe, frames }: VideoFragment): Promise<void> {
    const hadVideo = this.#ring.segment?.hasVideo === true;
    if (keyframe && hadVideo && (this.#ring.due || this.#awaitsKeyframe)) await this.#ring.cut();
    const first = this.#ring.segment?.hasVideo !== true;
    if ((first || this.#awaitsKeyframe) && !keyframe) {
      this.#framesDropped += frames.length;
      return;
    }
    // every file's times count from its own start
    const baseTime = first ? fragmentTime(bytes) : (this.#ring.segment.baseTime ?? 0n);
    rebaseFragment(bytes, baseTime);
    const written = await this.#ring.append([
      ['mp4', first && this.#head ? Buffer.concat([this.#head, bytes]) : bytes],
      ['jsonl', this.#takeLines(frames.map(frameLine))],
    ]);
    if (this.#ring.segment) this.#ring.segment.baseTime = baseTime;
    this.#awaitsKeyframe = !written;
    if (written) this.#frames += frames.length;
    else this.#framesDropped += frames.length;
  }

  /** What waits to be written, with `more` behind it. */
  #takeLines(more: readonly RecordingLine[] = []): Buffer {
    const lines = [...this.#lines.splice(0), ...more];
    return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  async #keepSyncing(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await delay(syncMs, undefined, { signal }).catch(() => undefined);
      await this.#enqueue(0, async () => {
        await this.#writeLines();
        await this.#ring.sync();
        if (this.#ring.stopped !== null && this.#encoder) void this.#retire(this.#encoder);
      });
    }
  }

  async #writeLines(): Promise<void> {
    // without pictures the lines alone decide when a segment is full
    if (this.#options.encoder === null && this.#ring.due) await this.#ring.cut();
    const count = this.#lines.length;
    if (count > 0 && !(await this.#ring.append([['jsonl', this.#takeLines()]]))) this.#tracksDropped += count;
  }

  /** Work on the disk, one piece after the other. Never rejects. */
  #enqueue(bytes: number, work: () => Promise<void>): Promise<void> {
    this.#backlogBytes += bytes;
    const done = this.#work.then(work).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'recording failed');
    });
    this.#work = done.finally(() => {
      this.#backlogBytes -= bytes;
    });
    return done;
  }

  async #finish(): Promise<void> {
    await this.#encoder?.close(this.#options.closeLimitMs ?? 800);
    this.#closing.abort();
    await this.#syncing;
    await this.#enqueue(0, async () => {
      await this.#writeLines();
      await this.#ring.close();
    });
  }

  #now(): bigint {
    return this.#options.clock?.() ?? process.hrtime.bigint();
  }
}
