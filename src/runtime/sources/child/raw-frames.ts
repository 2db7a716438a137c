import type { Readable } from 'node:stream';
import type { RingSlot } from '../../../core/sources/frame-ring.js';

export interface RawFrame {
  /** Null when there was no free slot and the frame was read past. */
  readonly slot: RingSlot | null;
}

/**
 * Cuts a byte stream into frames of `frameBytes`, each copied once, into a slot of the ring.
 *
 * Reading goes on only while the iteration is pulled, so a slow reader pauses whoever writes the stream.
 * `acquire` gives the slot of the next frame, null to read past it, or undefined to stop.
 * @returns the bytes of an unfinished frame at the end of the stream; 0 when it ended between two frames.
 */
export async function* cutFrames(
  stream: Readable,
  frameBytes: number,
  acquire: () => Promise<RingSlot | null | undefined>,
): AsyncGenerator<RawFrame, number, undefined> {
  let slot: RingSlot | null | undefined;
  let filled = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      for (let offset = 0; offset < chunk.length;) {
        if (filled === 0) slot = await acquire();
        if (slot === undefined) return 0;
        const part = Math.min(chunk.length - offset, frameBytes - filled);
        slot?.data.set(chunk.subarray(offset, offset + part), filled);
        offset += part;
        filled += part;
        if (filled < frameBytes) continue;
        filled = 0;
        const full = slot;
        slot = null; // the receiver owns it now
        yield { slot: full };
      }
    }
    return filled;
  } finally {
    slot?.release();
  }
}
