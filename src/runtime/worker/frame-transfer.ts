import type { Frame, Plane } from '../../core/image/frame.js';
import type { FrameMessage } from './protocol.js';

/** Turns frames into messages; holds one shared slot, so a message is valid until the next one is made. */
export interface FrameSender {
  /** Planes in shared memory go by reference; others are copied once into the slot. */
  toMessage(frame: Frame): FrameMessage;
}

export function createFrameSender(): FrameSender {
  let slot = new SharedArrayBuffer(0);

  const copyToSlot = (planes: readonly Plane[]): FrameMessage['planes'] => {
    const bytes = planes.reduce((sum, { data }) => sum + data.length, 0);
    if (slot.byteLength < bytes) slot = new SharedArrayBuffer(bytes);
    let offset = 0;
    return planes.map(({ data, stride }) => {
      const copy = new Uint8Array(slot, offset, data.length);
      copy.set(data);
      offset += data.length;
      return { data: copy, stride };
    });
  };

  return {
    toMessage: ({ format, width, height, planes, fullRange = false, capturedAtNs, sequence }) => ({
      format,
      width,
      height,
      planes: shared(planes) ?? copyToSlot(planes),
      fullRange,
      capturedAtNs,
      sequence,
    }),
  };
}

/** The frame on the worker's side. The sender owns the pixels: `dispose` does nothing. */
export function frameOfMessage(message: FrameMessage): Frame {
  return { ...message, dispose: () => undefined };
}

function shared(planes: readonly Plane[]): FrameMessage['planes'] | null {
  const result: FrameMessage['planes'] = [];
  for (const { data, stride } of planes) {
    const { buffer, byteOffset, byteLength } = data;
    if (!(buffer instanceof SharedArrayBuffer)) return null;
    result.push({ data: new Uint8Array(buffer, byteOffset, byteLength), stride });
  }
  return result;
}
