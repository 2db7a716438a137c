import type { Track } from '../../core/tracking/track.js';
import type { RosMessage } from '../backend.js';

/** What a source of ROS images knows of its frames. */
export interface KnownHeaders {
  /** Null: not known any more. */
  of(sequence: number): { readonly stampNs: bigint; readonly frameId: string } | null;
  /** Capture time (CLOCK_MONOTONIC) of the frame with this stamp; null: there is none. */
  capturedAt(stampNs: bigint): bigint | null;
}

/** Between the clock of ROS and that of captures. */
export interface WallClock {
  /** ns since 1970 of a moment of CLOCK_MONOTONIC. */
  wallNs(monotonicNs: bigint): bigint;
  monotonicNs(wallNs: bigint): bigint;
}

const nsPerSecond = 1_000_000_000n;

/** Nanoseconds since 1970 as builtin_interfaces/Time. */
export function stampOf(ns: bigint): { readonly sec: number; readonly nanosec: number } {
  return { sec: Number(ns / nsPerSecond), nanosec: Number(ns % nsPerSecond) };
}

export interface StamperOptions {
  /** Where the source does not say. */
  readonly frameId: string;
  readonly headers: KnownHeaders | null;
  readonly clock: WallClock;
}

/** Makes the headers of what is published, and understands those of what is heard. */
export class Stamper {
  readonly #options: StamperOptions;

  constructor(options: StamperOptions) {
    this.#options = options;
  }

  /** `std_msgs/msg/Header`: of an image that came with one its own, else the capture time and the configured frame. */
  headerOf({ sequence, capturedAtNs }: Track['frame']): RosMessage {
    const { headers, frameId, clock } = this.#options;
    const known = headers?.of(sequence);
    if (known && known.stampNs > 0n) return { stamp: stampOf(known.stampNs), frame_id: known.frameId };
    return { stamp: stampOf(clock.wallNs(capturedAtNs)), frame_id: known?.frameId ?? frameId };
  }

  headerNow(): RosMessage {
    return { stamp: stampOf(this.#options.clock.wallNs(process.hrtime.bigint())), frame_id: '' };
  }

  /** The capture time that a heard header means; undefined: it names no time. */
  capturedAt(header: unknown): bigint | undefined {
    const { sec = 0, nanosec = 0 } =
      (header as { stamp?: { sec?: number; nanosec?: number } } | undefined)?.stamp ?? {};
    const ns = BigInt(sec) * nsPerSecond + BigInt(nanosec);
    if (ns <= 0n) return undefined;
    const { headers, clock } = this.#options;
    const captured = headers?.capturedAt(ns) ?? clock.monotonicNs(ns);
    return captured < 0n ? 0n : captured;
  }
}

/** A clock that was set, not only slewed. */
const stepNs = 2_000_000n;

/** The system's. `Date.now()` cuts off at milliseconds, so the greatest difference seen is the truest. */
export class SystemWallClock implements WallClock {
  #offset: bigint | null = null;

  wallNs(monotonicNs: bigint): bigint {
    return monotonicNs + this.#measure();
  }

  monotonicNs(wallNs: bigint): bigint {
    return wallNs - this.#measure();
  }

  #measure(): bigint {
    const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
    if (this.#offset === null || offset > this.#offset || offset < this.#offset - stepNs)
      this.#offset = offset;
    return this.#offset;
  }
}
