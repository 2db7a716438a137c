import type { SharedFrame } from './shared-frame.js';

/**
 * Frames that wait for what the tracker says of them. Of all that come only two can still get a track: the one the tracker
 * works on, which was the first, and the newest, which is its next. The loop holds the same two, so nothing is held for longer.
 */
export class WaitingFrames implements Disposable {
  #first: SharedFrame | null = null;
  #newest: SharedFrame | null = null;

  get oldest(): SharedFrame | null {
    return this.#first;
  }

  get newest(): SharedFrame | null {
    return this.#newest ?? this.#first;
  }

  /** Takes a share of its own. */
  add(frame: SharedFrame): void {
    const share = frame.share();
    if (!this.#first) {
      this.#first = share;
      return;
    }
    this.#newest?.dispose();
    this.#newest = share;
  }

  /** The frame of this number, now the caller's, or null; older ones are let go. */
  take(sequence: number): SharedFrame | null {
    const [first, newest] = [this.#first, this.#newest];
    if (first?.sequence === sequence) {
      this.#first = newest;
      this.#newest = null;
      return first;
    }
    if (newest && newest.sequence <= sequence) {
      first?.dispose();
      this.#first = null;
      this.#newest = null;
      if (newest.sequence === sequence) return newest;
      newest.dispose();
      return null;
    }
    if (first && first.sequence < sequence) {
      first.dispose();
      this.#first = newest;
      this.#newest = null;
    }
    return null;
  }

  [Symbol.dispose](): void {
    this.#first?.dispose();
    this.#newest?.dispose();
    this.#first = null;
    this.#newest = null;
  }
}
