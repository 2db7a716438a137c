/**
 * What the beginning of some bytes is:
 * - `none`: no frame begins here.
 * - `more`: it may be a frame; more bytes must come.
 * - `damaged`: a frame with a bad checksum.
 */
export type Look<Frame> = 'none' | 'more' | 'damaged' | { readonly frame: Frame; readonly length: number };

/**
 * Finds frames in a stream or in datagrams. Behind a false or damaged start it goes on with the very next byte, for a good
 * frame may have begun within.
 */
export class FrameReader<Frame> {
  readonly #look: (bytes: Uint8Array) => Look<Frame>;
  #waiting: Uint8Array = new Uint8Array(0);
  #damaged = 0;

  /** @param look never given nothing; what it returns must not refer to the bytes it was given */
  constructor(look: (bytes: Uint8Array) => Look<Frame>) {
    this.#look = look;
  }

  /** Frames with a bad checksum. */
  get damaged(): number {
    return this.#damaged;
  }

  push(bytes: Uint8Array): Frame[] {
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    const frames: Frame[] = [];
    let at = 0;
    while (at < all.length) {
      const found = this.#look(all.subarray(at));
      if (found === 'more') break;
      if (found === 'damaged') this.#damaged += 1;
      if (typeof found === 'string') at += 1;
      else {
        frames.push(found.frame);
        at += found.length;
      }
    }
    this.#waiting = all.slice(at);
    return frames;
  }

  /** Forgets what is half read: the line was cut. */
  reset(): void {
    this.#waiting = new Uint8Array(0);
  }
}
