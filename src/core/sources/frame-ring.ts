import { Handoff } from './handoff.js';

/** Bytes lent by a {@link FrameRing}: a view of a SharedArrayBuffer, so that a worker can read them without a copy. */
export interface RingSlot {
  readonly data: Uint8Array;
  /** Gives the bytes back; idempotent. */
  release(): void;
}

/** A fixed set of equal buffers that go round between a producer and the readers of its frames. */
export class FrameRing {
  readonly #free = new Handoff<Uint8Array>();

  constructor(slots: number, slotBytes: number) {
    for (let index = 0; index < slots; index += 1) {
      this.#free.put(new Uint8Array(new SharedArrayBuffer(slotBytes)));
    }
  }

  /** Waits for a free slot; undefined when the signal is aborted. */
  async acquire(signal?: AbortSignal): Promise<RingSlot | undefined> {
    const data = await this.#free.take(signal);
    return data && this.#lend(data);
  }

  /** A free slot, or undefined when all are lent. */
  tryAcquire(): RingSlot | undefined {
    const data = this.#free.poll();
    return data && this.#lend(data);
  }

  #lend(data: Uint8Array): RingSlot {
    let lent = true;
    return {
      data,
      release: () => {
        if (lent) this.#free.put(data);
        lent = false;
      },
    };
  }
}
