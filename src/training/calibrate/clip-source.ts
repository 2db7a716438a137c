import type { Frame } from '../../core/image/frame.js';
import type { FrameSource, SourceDescription, SourceStatistics } from '../../core/ports/frame-source.js';
import type { StoredClip } from '../store/clip.js';
import type { FrameStore } from '../store/frame-store.js';

/** A stored clip as a source, from frame `first` on; all frames share one buffer: a frame is valid until the next. */
export class ClipSource implements FrameSource {
  #delivered = 0;
  #closed = false;

  constructor(
    readonly store: FrameStore,
    readonly clip: StoredClip,
    readonly first: number,
  ) {}

  describe(): SourceDescription {
    const { name, width, height, fps, stride } = this.clip;
    return {
      uri: name,
      width,
      height,
      format: 'yuv420p',
      fps: fps === null ? null : fps / stride,
      live: false,
      detail: `${name} of ${this.store.dir}`,
    };
  }

  statistics(): SourceStatistics {
    return { delivered: this.#delivered, dropped: 0 };
  }

  async *frames(signal?: AbortSignal): AsyncGenerator<Frame, void, undefined> {
    const buffer = new Uint8Array(this.store.frameBytes(this.clip));
    for (let index = this.first; index < this.clip.frames; index += 1) {
      await Promise.resolve(); // as every source does, let others run between two frames
      if (this.#closed || signal?.aborted) return;
      this.#delivered += 1;
      yield this.store.readFrame(this.clip, index, buffer);
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
