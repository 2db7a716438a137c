import type { Frame } from '../../core/image/frame.js';

/** Copies frames into shared memory, using again what was disposed. */
export class FrameCopier {
  readonly #free: SharedArrayBuffer[] = [];

  /** Disposes `frame`. The copy keeps its strides. */
  copy(frame: Frame): Frame {
    const { format, width, height, fullRange = false, capturedAtNs, sequence } = frame;
    const bytes = frame.planes.reduce((sum, { data }) => sum + data.length, 0);
    const buffer = this.#take(bytes);
    let offset = 0;
    const planes = frame.planes.map(({ data, stride }) => {
      const plane = { data: new Uint8Array(buffer, offset, data.length), stride };
      plane.data.set(data);
      offset += data.length;
      return plane;
    });
    frame.dispose();
    let open = true;
    return {
      ...{ format, width, height, planes, fullRange, capturedAtNs, sequence },
      dispose: () => {
        if (open) this.#free.push(buffer);
        open = false;
      },
    };
  }

  /** Buffers of another size are let go: a source's frames mostly stay the same. */
  #take(bytes: number): SharedArrayBuffer {
    for (let buffer = this.#free.pop(); buffer; buffer = this.#free.pop()) {
      if (buffer.byteLength === bytes) return buffer;
    }
    return new SharedArrayBuffer(bytes);
  }
}
