import { bufferFlags, bufferLayout, ioctls, memoryMmap, requestBuffersLayout, videoCapture } from './abi.js';
import {
  closeDevice,
  ioctl,
  mapDevice,
  openDevice,
  ReadableWait,
  SystemCallError,
  type Mapping,
  type Readiness,
} from './libc.js';
import { struct } from './struct.js';

export interface FilledBuffer {
  readonly index: number;
  readonly bytesUsed: number;
  readonly damaged: boolean;
  /** CLOCK_MONOTONIC; null when the driver stamps with another clock. */
  readonly capturedAtNs: bigint | null;
  /** Counted by the driver, 32 bits. */
  readonly sequence: number;
}

/** One open V4L2 device and its stream of buffers. Every method throws SystemCallError. */
export class V4l2Device {
  readonly #fd: number;
  readonly #buffer = struct(bufferLayout.size); // reused for every frame
  #readable: ReadableWait | undefined;
  #memory: number = memoryMmap;

  constructor(path: string) {
    this.#fd = openDevice(path);
  }

  /** One ioctl, on a struct, in place. */
  call(name: keyof typeof ioctls, argument: DataView): void {
    ioctl(this.#fd, `VIDIOC_${name}`, ioctls[name], argument);
  }

  /** Asks for `count` buffers of a kind of memory; the driver may give another number. */
  requestBuffers(count: number, memory: number): number {
    const at = requestBuffersLayout;
    const request = struct(at.size);
    request.setUint32(at.count, count, true);
    request.setUint32(at.type, videoCapture, true);
    request.setUint32(at.memory, memory, true);
    this.call('REQBUFS', request);
    this.#memory = memory;
    return request.getUint32(at.count, true);
  }

  mapBuffer(index: number): Mapping {
    const buffer = this.#prepareBuffer(index);
    this.call('QUERYBUF', buffer);
    const length = buffer.getUint32(bufferLayout.length, true);
    return mapDevice(this.#fd, length, buffer.getUint32(bufferLayout.offset, true));
  }

  /** Lends a buffer to the driver: one of its own, or memory of this process. */
  queueBuffer(index: number, own?: { readonly address: bigint; readonly length: number }): void {
    const buffer = this.#prepareBuffer(index);
    if (own) {
      buffer.setBigUint64(bufferLayout.userPointer, own.address, true);
      buffer.setUint32(bufferLayout.length, own.length, true);
    }
    this.call('QBUF', buffer);
  }

  /** Takes a filled buffer back, or undefined when none is ready. */
  dequeueBuffer(): FilledBuffer | undefined {
    const at = bufferLayout;
    const buffer = this.#prepareBuffer(0);
    try {
      this.call('DQBUF', buffer);
    } catch (error) {
      if (error instanceof SystemCallError && error.code === 'EAGAIN') return undefined;
      throw error;
    }
    const flags = buffer.getUint32(at.flags, true);
    const monotonic = (flags & bufferFlags.timestampMask) === bufferFlags.timestampMonotonic;
    const seconds = buffer.getBigInt64(at.timestampSeconds, true);
    const microseconds = buffer.getBigInt64(at.timestampMicroseconds, true);
    return {
      index: buffer.getUint32(at.index, true),
      bytesUsed: buffer.getUint32(at.bytesUsed, true),
      damaged: (flags & bufferFlags.error) !== 0,
      capturedAtNs: monotonic ? seconds * 1_000_000_000n + microseconds * 1000n : null,
      sequence: buffer.getUint32(at.sequence, true),
    };
  }

  startStreaming(): void {
    this.call('STREAMON', integer(videoCapture));
    this.#readable = new ReadableWait(this.#fd);
  }

  stopStreaming(): void {
    this.call('STREAMOFF', integer(videoCapture));
  }

  /** Waits for a filled buffer, after startStreaming. Calls do not overlap. */
  waitFilled(signal: AbortSignal, timeoutMs: number): Promise<Readiness> {
    if (!this.#readable) throw new Error('not streaming');
    return this.#readable.wait(signal, timeoutMs);
  }

  close(): void {
    this.#readable?.close();
    closeDevice(this.#fd);
  }

  #prepareBuffer(index: number): DataView {
    const at = bufferLayout;
    for (let offset = 0; offset < at.size; offset += 4) this.#buffer.setUint32(offset, 0, true);
    this.#buffer.setUint32(at.index, index, true);
    this.#buffer.setUint32(at.type, videoCapture, true);
    this.#buffer.setUint32(at.memory, this.#memory, true);
    return this.#buffer;
  }
}

function integer(value: number): DataView {
  const view = struct(4);
  view.setInt32(0, value, true);
  return view;
}
