import type { Frame } from '../../core/image/frame.js';
import type { FrameMessage } from './protocol.js';

/** Turns frames into messages; holds one shared slot, so a message is valid until the next one is made. */
export interface FrameSender {
  /** Pixels in shared memory go by reference; others are copied once into the slot. */
  toMessage(frame: Frame): FrameMessage;
}

export function createFrameSender(): FrameSender {
  let slot = new SharedArrayBuffer(0);

  return {
    toMessage: (frame) => {
      const { format, width, height, planes, encoded, fullRange = false, capturedAtNs, sequence } = frame;
      const parts = [...planes, ...(encoded ? [encoded] : [])];
      const bytes = parts.reduce((sum, { data }) => sum + (isShared(data) ? 0 : data.length), 0);
      if (slot.byteLength < bytes) slot = new SharedArrayBuffer(bytes);
      let offset = 0;
      const share = (data: Uint8Array): Uint8Array<SharedArrayBuffer> => {
        if (isShared(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
        const copy = new Uint8Array(slot, offset, data.length);
        copy.set(data);
        offset += data.length;
        return copy;
      };
      return {
        ...{ format, width, height, fullRange, capturedAtNs, sequence },
        planes: planes.map(({ data, stride }) => ({ data: share(data), stride })),
        ...(encoded && { encoded: { codec: encoded.codec, data: share(encoded.data) } }),
      };
    },
  };
}

/** The frame on the worker's side. The sender owns the pixels: `dispose` does nothing. */
export function frameOfMessage(message: FrameMessage): Frame {
  return { ...message, dispose: () => undefined };
}

function isShared(data: Uint8Array): data is Uint8Array<SharedArrayBuffer> {
  return data.buffer instanceof SharedArrayBuffer;
}
