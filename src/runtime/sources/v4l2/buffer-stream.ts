import { SourceError } from '../../../core/errors.js';
import { mapBuffers, shareBuffers, type BufferMemory } from './buffer-memory.js';
import type { FilledBuffer, V4l2Device } from './device.js';
import { LatestMailbox } from '../../../core/sources/latest-mailbox.js';
import { SystemCallError } from './libc.js';

/** One filled buffer. */
export interface CapturedBuffer {
  /** Views the buffer until `release`. */
  readonly data: Uint8Array;
  readonly capturedAtNs: bigint;
  readonly sequence: number;
  /** Gives the buffer back to the driver; idempotent, and fine after the stream was closed. */
  release(): void;
}

export interface BufferStreamOptions {
  readonly display: string;
  readonly buffers?: number;
  /** Bytes of a buffer in shared memory, to be tried first; absent: the driver's own buffers. */
  readonly shareBytes?: number;
  readonly firstSequence?: number;
  /** Silence of this length is a fault. */
  readonly stallMs?: number;
  /** Raw pictures with fewer bytes are incomplete. */
  readonly leastBytes?: number;
}

/**
 * Streams buffers and gives out only the newest: whenever the driver has filled one, the one before
 * goes straight back, also while the consumer is busy, so that the driver never runs out of buffers.
 * Sequence numbers follow the driver's, from `firstSequence` on; a gap is a frame that nobody saw.
 */
export class BufferStream {
  readonly #device: V4l2Device;
  readonly #options: BufferStreamOptions & { readonly leastBytes: number; readonly stallMs: number };
  readonly #memory: BufferMemory;
  readonly #lent = new Set<number>();
  readonly #closing = new AbortController();
  readonly #newest = new LatestMailbox<FilledBuffer>(({ index }) => {
    this.#requeue(index);
  });
  #driverSequence: number | undefined;
  #sequence: number;
  #dropped = 0;
  #foreignClock = false;

  /** Starts streaming. @throws SystemCallError, SourceError; nothing stays mapped then. The device stays the caller's. */
  constructor(device: V4l2Device, options: BufferStreamOptions) {
    const { buffers = 5, firstSequence = 0, stallMs = 10_000, leastBytes = 1 } = options;
    this.#device = device;
    this.#options = { ...options, stallMs, leastBytes };
    this.#sequence = firstSequence - 1;
    this.#memory = startMemory(device, { ...options, buffers });
    void this.#pump();
  }

  /** Frames that were never given out: gaps in the driver's count, drained, damaged or incomplete ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Buffers view SharedArrayBuffers. */
  get shared(): boolean {
    return this.#memory.shared;
  }

  /** Buffers that may be lent at once while the camera goes on: one waits in the mailbox, three are with the driver. */
  get holdable(): number {
    return this.#memory.count - 4;
  }

  /** The driver stamps with another clock than CLOCK_MONOTONIC: times are those of dequeuing. */
  get foreignClock(): boolean {
    return this.#foreignClock;
  }

  /** The newest filled buffer; undefined when the signal is aborted. @throws SystemCallError, SourceError */
  async next(signal: AbortSignal): Promise<CapturedBuffer | undefined> {
    const filled = await this.#newest.take(signal);
    return filled && this.#lend(filled);
  }

  /** Stops streaming; a buffer that is lent stays mapped until it is released. Idempotent. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#newest.drain();
    try {
      this.#device.stopStreaming();
    } catch {
      // the device is gone: it streams no more
    }
    for (let index = 0; index < this.#memory.count; index += 1) {
      if (!this.#lent.has(index)) this.#memory.release(index);
    }
  }

  /** Moves what the driver fills to the mailbox until closed or at fault. Never rejects. */
  async #pump(): Promise<void> {
    const { display, stallMs } = this.#options;
    const { signal } = this.#closing;
    try {
      for (;;) {
        const readiness = await this.#device.waitFilled(signal, stallMs);
        if (readiness === 'aborted') return;
        const filled = this.#dequeueAll();
        if (readiness === 'fault' && filled === 0) {
          throw new SourceError(`${display}: the device reports a fault; was it unplugged?`);
        }
        if (readiness === 'timeout' && this.#lent.size < this.#memory.count) {
          throw new SourceError(`${display}: no frame for ${stallMs / 1000} s`);
        }
      }
    } catch (error) {
      this.#newest.end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Empties the driver's queue; damaged and incomplete buffers are queued again. The number of buffers. */
  #dequeueAll(): number {
    for (let count = 0; ; count += 1) {
      const filled = this.#device.dequeueBuffer();
      if (!filled) return count;
      if (filled.damaged || filled.bytesUsed < this.#options.leastBytes) this.#requeue(filled.index);
      else this.#newest.put(filled);
    }
  }

  #lend({ index, bytesUsed, sequence, capturedAtNs }: FilledBuffer): CapturedBuffer {
    this.#count(sequence);
    this.#lent.add(index);
    this.#foreignClock ||= capturedAtNs === null;
    return {
      data: this.#memory.view(index, bytesUsed),
      capturedAtNs: capturedAtNs ?? process.hrtime.bigint(),
      sequence: this.#sequence,
      release: () => {
        if (!this.#lent.delete(index)) return;
        if (this.#closing.signal.aborted) this.#memory.release(index);
        else this.#requeue(index);
      },
    };
  }

  #requeue(index: number): void {
    try {
      this.#memory.queue(index);
    } catch {
      // the device is gone: the next wait says so
    }
  }

  /** Follows the driver's 32-bit counter; a driver that does not count, or starts anew, is counted for. */
  #count(sequence: number): void {
    const ahead = this.#driverSequence === undefined ? 1 : (sequence - this.#driverSequence) >>> 0;
    const step = ahead === 0 || ahead >= 2 ** 31 ? 1 : ahead;
    this.#driverSequence = sequence;
    this.#sequence += step;
    this.#dropped += step - 1;
  }
}

/** The driver's own buffers need be no more: what is kept of them is copied. */
const mappedBuffers = 5;

/** Lends the driver all buffers and starts streaming; in shared memory where that is asked for and works. */
function startMemory(
  device: V4l2Device,
  { display, buffers, shareBytes }: BufferStreamOptions & { readonly buffers: number },
): BufferMemory {
  const shared = shareBytes === undefined ? null : shareBuffers(device, buffers, shareBytes);
  if (shared && shared.count > mappedBuffers - 2 && starts(device)) return shared;
  const mapped = mapBuffers(device, Math.min(buffers, mappedBuffers));
  try {
    if (mapped.count < 2) throw new SourceError(`${display}: the driver gives only ${mapped.count} buffers`);
    device.startStreaming();
    return mapped;
  } catch (error) {
    for (let index = 0; index < mapped.count; index += 1) mapped.release(index);
    throw error;
  }
}

/** False when the driver refuses; the reason is told when it does so again with its own buffers. */
function starts(device: V4l2Device): boolean {
  try {
    device.startStreaming();
    return true;
  } catch (error) {
    if (error instanceof SystemCallError) return false;
    throw error;
  }
}
