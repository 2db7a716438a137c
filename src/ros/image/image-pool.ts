/** A picture's bytes, shared with other threads; given back when it is let go. */
export interface PooledBytes {
  readonly data: Uint8Array;
  /** Idempotent. */
  readonly release: () => void;
}

/** Compressed pictures differ a little in size: rounding up lets buffers serve again. */
const grain = 16_384;

/** Lends buffers of shared memory, at most `limit` at a time. */
export class ImagePool {
  readonly #limit: number;
  readonly #free: SharedArrayBuffer[] = [];
  #lent = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Null when all are lent. */
  lend(bytes: number): PooledBytes | null {
    if (this.#lent >= this.#limit) return null;
    this.#lent += 1;
    const buffer = this.#take(bytes);
    let open = true;
    return {
      data: new Uint8Array(buffer, 0, bytes),
      release: () => {
        if (!open) return;
        open = false;
        this.#lent -= 1;
        this.#free.push(buffer);
      },
    };
  }

  #take(bytes: number): SharedArrayBuffer {
    for (let buffer = this.#free.pop(); buffer; buffer = this.#free.pop()) {
      if (buffer.byteLength >= bytes && buffer.byteLength <= 2 * bytes + grain) return buffer;
    }
    return new SharedArrayBuffer(Math.max(1, Math.ceil(bytes / grain)) * grain);
  }
}
