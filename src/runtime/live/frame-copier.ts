import type { Frame } from '../../core/image/frame.js';

/** Compressed pictures differ a little in size: rounding up lets buffers serve again. */
const grain = 16384;

/** Bytes of a frame's pixels, compressed or not. */
export function bytesOf({ planes, encoded }: Frame): number {
  return planes.reduce((sum, { data }) => sum + data.length, encoded?.data.length ?? 0);
}

/** Copies frames into shared memory, using again what was disposed. */
export class FrameCopier {
  readonly #free: SharedArrayBuffer[] = [];

  /** Disposes `frame`. The copy keeps its strides. */
  copy(frame: Frame): Frame {
    const { format, width, height, fullRange = false, capturedAtNs, sequence, encoded } = frame;
    const buffer = this.#take(bytesOf(frame));
    let offset = 0;
    const planes = frame.planes.map(({ data, stride }) => {
      const plane = { data: new Uint8Array(buffer, offset, data.length), stride };
      plane.data.set(data);
      offset += data.length;
      return plane;
    });
    const packet = encoded && {
      codec: encoded.codec,
      data: new Uint8Array(buffer, offset, encoded.data.length),
    };
    packet?.data.set(encoded!.data);
    frame.dispose();
    let open = true;
    return {
      ...{ format, width, height, planes, fullRange, capturedAtNs, sequence },
      ...(packet && { encoded: packet }),
      dispose: () => {
        if (open) this.#free.push(buffer);
        open = false;
      },
    };
  }

  /** A buffer that was used before and is large enough, but not much too large; those too small are let go. */
  #take(bytes: number): SharedArrayBuffer {
    for (let buffer = this.#free.pop(); buffer; buffer = this.#free.pop()) {
      if (buffer.byteLength >= bytes && buffer.byteLength <= 2 * bytes) return buffer;
    }
    return new SharedArrayBuffer(Math.ceil(bytes / grain) * grain);
  }
}
