import type { Box } from '../../core/geometry/box.js';
import type { Frame } from '../../core/image/frame.js';
import type { SharedFrame } from '../../core/image/shared-frame.js';
import { WaitingFrames } from '../../core/image/waiting-frames.js';
import type { Log } from '../../core/ports/log.js';
import type { RosOptions } from '../../core/ros/options.js';
import type { Track } from '../../core/tracking/track.js';
import { sensorData, type RosMessage, type RosParticipant, type RosPublisher } from '../backend.js';

/** Makes a JPEG picture of a frame, with the box drawn; one at a time. The frame stays undisposed meanwhile. */
export interface PictureMaker extends AsyncDisposable {
  encode(
    frame: Frame,
    options: { readonly quality: number; readonly width: number; readonly box: Box | null },
  ): Promise<Uint8Array>;
}

export type PictureOptions = NonNullable<RosOptions['image']>;

/** `tracker/image/compressed`: frames with their boxes, made only while somebody reads, and no faster than asked for. */
export class PictureTopic implements AsyncDisposable {
  readonly publisher: RosPublisher;
  readonly #maker: PictureMaker;
  readonly #options: PictureOptions;
  readonly #log: Log;
  readonly #waiting = new WaitingFrames();
  #busy = false;
  #begunAtMs = Number.NEGATIVE_INFINITY;
  #told = '';
  #closed = false;

  /** Owns the maker from now on. */
  constructor(participant: RosParticipant, maker: PictureMaker, options: PictureOptions, log: Log) {
    this.#maker = maker;
    this.#options = options;
    this.#log = log;
    const type = 'sensor_msgs/msg/CompressedImage';
    this.publisher = participant.advertise(type, 'tracker/image/compressed', sensorData);
  }

  /** For the frame tap. */
  see(frame: SharedFrame): void {
    if (this.#closed || !this.#isDue() || this.publisher.readers() === 0) return;
    this.#waiting.add(frame);
  }

  publish(track: Track, header: RosMessage): void {
    const frame = this.#waiting.take(track.frame.sequence);
    if (!frame) return;
    if (this.#closed || this.#busy || !this.#isDue()) frame.dispose();
    else void this.#make(frame, track, header);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#waiting[Symbol.dispose]();
    await this.#maker[Symbol.asyncDispose]();
  }

  #isDue(): boolean {
    return performance.now() - this.#begunAtMs >= 1000 / this.#options.fps;
  }

  /** Never rejects. */
  async #make(frame: SharedFrame, { box }: Track, header: RosMessage): Promise<void> {
    const { quality, width } = this.#options;
    this.#busy = true;
    this.#begunAtMs = performance.now();
    try {
      const data = await this.#maker.encode(frame, { quality, width, box });
      if (!this.#closed) this.publisher.publish({ header, format: 'jpeg', data });
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#busy = false;
      frame.dispose();
    }
  }

  /** Once for every reason. */
  #tell(error: unknown): void {
    const text = String(error);
    if (this.#closed || text === this.#told) return;
    this.#told = text;
    this.#log.warn({ err: error }, 'a picture could not be made');
  }
}
