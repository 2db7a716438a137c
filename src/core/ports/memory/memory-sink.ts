import type { Track } from '../../tracking/track.js';
import type { Sink } from '../sink.js';

/** Keeps the newest `capacity` tracks; the shipped fake of {@link Sink}. What falls out, or comes after closing, is counted as dropped. */
export class MemorySink implements Sink {
  readonly name = 'memory';
  readonly #capacity: number;
  readonly #tracks: Track[] = [];
  #dropped = 0;
  #closed = false;

  constructor({ capacity = Number.POSITIVE_INFINITY }: { readonly capacity?: number } = {}) {
    this.#capacity = capacity;
  }

  /** Oldest first. */
  get tracks(): readonly Track[] {
    return this.#tracks;
  }

  get dropped(): number {
    return this.#dropped;
  }

  publish(track: Track): void {
    if (this.#closed) {
      this.#dropped += 1;
      return;
    }
    this.#tracks.push(track);
    while (this.#tracks.length > this.#capacity) {
      this.#tracks.shift();
      this.#dropped += 1;
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
