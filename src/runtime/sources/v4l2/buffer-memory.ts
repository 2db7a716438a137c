import { memoryMmap, memoryUserptr } from './abi.js';
import type { V4l2Device } from './device.js';
import { addressOf, SystemCallError, type Mapping } from './libc.js';

/** The memory of a stream's buffers. What is queued belongs to the driver, until it is dequeued. */
export interface BufferMemory {
  /** Views SharedArrayBuffers: other threads can read it. */
  readonly shared: boolean;
  readonly count: number;
  queue(index: number): void;
  /** The first `bytes` of a buffer; not to be touched after `release`. */
  view(index: number, bytes: number): Uint8Array;
  /** Lets go of a buffer of a stream that has stopped. */
  release(index: number): void;
}

/** The kernel's VIDEO_MAX_FRAME. */
export const maxBuffers = 32;
const pageBytes = 4096;

/**
 * Buffers of our own (V4L2_MEMORY_USERPTR), in shared memory: the driver writes each picture where the tracker's thread
 * reads it. Null where the driver cannot do that, as those whose hardware wants memory in one piece.
 *
 * Sound, because a SharedArrayBuffer never moves, is only read while the driver does not hold it, and is referred to until
 * the device is closed, when the kernel has let go of its pages. Buffers begin and end with a page, so that hardware that
 * does not look at the processor's caches spoils nothing beside them.
 */
export function shareBuffers(device: V4l2Device, wanted: number, imageBytes: number): BufferMemory | null {
  try {
    const count = device.requestBuffers(Math.min(wanted, maxBuffers), memoryUserptr);
    const length = Math.ceil(imageBytes / pageBytes) * pageBytes;
    const buffers = Array.from({ length: count }, () => pageAligned(length));
    const queue = (index: number): void => {
      device.queueBuffer(index, { address: addressOf(buffers[index]!), length });
    };
    for (let index = 0; index < count; index += 1) queue(index);
    return {
      ...{ shared: true, count, queue },
      view: (index, bytes) => buffers[index]!.subarray(0, bytes),
      release: () => undefined,
    };
  } catch (error) {
    if (!(error instanceof SystemCallError) || error.code === 'ENODEV') throw error;
    return null;
  }
}

/** The driver's own buffers (V4L2_MEMORY_MMAP), mapped into this process; another thread needs a copy. */
export function mapBuffers(device: V4l2Device, wanted: number): BufferMemory {
  const mappings: Mapping[] = [];
  try {
    const count = device.requestBuffers(wanted, memoryMmap);
    for (let index = 0; index < count; index += 1) mappings.push(device.mapBuffer(index));
    for (let index = 0; index < count; index += 1) device.queueBuffer(index);
  } catch (error) {
    for (const mapping of mappings) mapping.unmap();
    throw error;
  }
  return {
    shared: false,
    count: mappings.length,
    queue: (index) => {
      device.queueBuffer(index);
    },
    view: (index, bytes) => new Uint8Array(mappings[index]!.buffer, 0, bytes),
    release: (index) => {
      mappings[index]!.unmap();
    },
  };
}

function pageAligned(length: number): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(length + pageBytes));
  const beyond = Number(addressOf(memory) % BigInt(pageBytes));
  const start = beyond === 0 ? 0 : pageBytes - beyond;
  return memory.subarray(start, start + length);
}
