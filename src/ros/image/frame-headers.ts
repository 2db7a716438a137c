import type { MessageHeader } from './image-message.js';

/** Headers kept: more than any tracker is behind. */
const kept = 256;

/** The headers that frames came with, so that what is said of a frame carries its own stamp, to the nanosecond. */
export class FrameHeaders {
  readonly #bySequence = new Map<number, MessageHeader & { readonly capturedAtNs: bigint }>();

  put(sequence: number, header: MessageHeader, capturedAtNs: bigint): void {
    this.#bySequence.set(sequence, { ...header, capturedAtNs });
    this.#bySequence.delete(sequence - kept);
  }

  /** Null: longer ago, or never. */
  of(sequence: number): MessageHeader | null {
    return this.#bySequence.get(sequence) ?? null;
  }

  /** The frame of this stamp, by its capture time; null where there is none. */
  capturedAt(stampNs: bigint): bigint | null {
    for (const it of this.#bySequence.values()) if (it.stampNs === stampNs) return it.capturedAtNs;
    return null;
  }
}
