import { SourceError } from '../../errors.js';
import type { Frame } from '../../image/frame.js';
import type { FrameSource, SourceDescription, SourceStatistics } from '../frame-source.js';

export interface MemorySourceOptions {
  readonly uri?: string;
  readonly fps?: number | null;
  readonly live?: boolean;
  /** Thrown after the last frame instead of a normal end. */
  readonly fault?: SourceError;
}

/** Plays frames held in memory. The shipped fake of {@link FrameSource}: for tests, and for frames made elsewhere. */
export class MemorySource implements FrameSource {
  readonly #frames: readonly Frame[];
  readonly #description: SourceDescription;
  readonly #fault: SourceError | undefined;
  #delivered = 0;
  #started = false;
  #closed = false;

  /** @throws SourceError without a frame to describe, or when the frames differ in size or format. */
  constructor(
    frames: readonly Frame[],
    { uri = 'memory://', fps = null, live = false, fault }: MemorySourceOptions = {},
  ) {
    const first = frames[0];
    if (!first) throw new SourceError(`${uri}: no frames`);
    const { width, height, format } = first;
    const odd = frames.find((it) => it.width !== width || it.height !== height || it.format !== format);
    if (odd) throw new SourceError(`${uri}: frame ${odd.sequence} differs from the first in size or format`);
    this.#frames = frames;
    this.#fault = fault;
    this.#description = {
      uri,
      fps,
      live,
      width,
      height,
      format,
      detail: `${frames.length} frames in memory`,
    };
  }

  describe(): SourceDescription {
    return this.#description;
  }

  statistics(): SourceStatistics {
    const delivered = this.#frames.slice(0, this.#delivered);
    const span = delivered.length > 0 ? delivered.at(-1)!.sequence - delivered[0]!.sequence + 1 : 0;
    return { delivered: this.#delivered, dropped: span - delivered.length };
  }

  async *frames(signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    if (this.#started) throw new SourceError(`${this.#description.uri}: frames can be read only once`);
    this.#started = true;
    try {
      for (const frame of this.#frames) {
        await Promise.resolve(); // as every source does, let others run between two frames
        if (this.#closed || signal?.aborted) return;
        this.#delivered += 1;
        yield frame;
      }
      if (this.#fault && !signal?.aborted) throw this.#fault;
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
