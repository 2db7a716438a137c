import { SourceError } from '../../../core/errors.js';
import type { FilledBuffer, V4l2Device } from './device.js';
import { LatestMailbox } from '../latest-mailbox.js';
import type { Mapping } from './libc.js';

/** One filled buffer, still mapped from the driver. */
export interface CapturedBuffer {
  /** Views the driver's memory until `release`. */
  readonly data: Uint8Array;
  readonly capturedAtNs: bigint;
  readonly sequence: number;
  /** Gives the buffer back to the driver; idempotent, and fine after the stream was closed. */
  release(): void;
}

export interface BufferStreamOptions {
  readonly display: string;
  readonly buffers?: number;
  readonly firstSequence?: number;
  /** Silence of this length is a fault. */
  readonly stallMs?: number;
  /** Raw pictures with fewer bytes are incomplete. */
  readonly leastBytes?: number;
}

/**
 * Streams buffers through memory mapping and gives out only the newest: whenever the driver has filled one, the one before
 * goes straight back, also while the consumer is busy, so that the driver never runs out of buffers.
 * Sequence numbers follow the driver's, from `firstSequence` on; a gap is a frame that nobody saw.
 */
export class BufferStream {
  readonly #device: V4l2Device;
  readonly #options: Required<BufferStreamOptions>;
  readonly #mappings: readonly Mapping[];
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
    this.#options = { ...options, buffers, firstSequence, stallMs, leastBytes };
    this.#sequence = firstSequence - 1;
    const mappings: Mapping[] = [];
    this.#mappings = mappings;
    try {
      const count = device.requestBuffers(buffers);
      if (count < 2) throw new SourceError(`${options.display}: the driver gives only ${count} buffers`);
      for (let index = 0; index < count; index += 1) mappings.push(device.mapBuffer(index));
      for (let index = 0; index < count; index += 1) device.queueBuffer(index);
      device.startStreaming();
    } catch (error) {
      for (const mapping of mappings) mapping.unmap();
      throw error;
    }
    void this.#pump();
  }

  /** Frames that were never given out: gaps in the driver's count, drained, damaged or incomplete ones. */
  get dropped(): number {
    return this.#dropped;
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
    for (const [index, mapping] of this.#mappings.entries()) if (!this.#lent.has(index)) mapping.unmap();
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
        if (readiness === 'timeout' && this.#lent.size < this.#mappings.length) {
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
      data: new Uint8Array(this.#mappings[index]!.buffer, 0, bytesUsed),
      capturedAtNs: capturedAtNs ?? process.hrtime.bigint(),
      sequence: this.#sequence,
      release: () => {
        if (!this.#lent.delete(index)) return;
        if (this.#closing.signal.aborted) this.#mappings[index]!.unmap();
        else this.#requeue(index);
      },
    };
  }

  #requeue(index: number): void {
    try {
      this.#device.queueBuffer(index);
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
