import type { MavLinkData, MavLinkDataConstructor } from 'mavlink-mappings';

/** A message that came in: checksum good, signature good where the link asks for one, decoded. */
export interface Received<T extends MavLinkData = MavLinkData> {
  readonly message: T;
  /** Who sent it: 1..255. */
  readonly sysid: number;
  /** Which of its components. */
  readonly compid: number;
  readonly seq: number;
  /** Name of the link it came over. */
  readonly link: string;
  /** When its last byte was read, CLOCK_MONOTONIC. */
  readonly receivedAtNs: bigint;
}

/** What a listener wants to hear; what is left out does not matter. */
export interface ListenFilter {
  readonly sysid?: number;
  readonly compid?: number;
  readonly link?: string;
}

export interface SendOptions {
  /** The component of ours that speaks; default: the bus's own. */
  readonly compid?: number;
  /** Only over the link of this name; default: over all. */
  readonly link?: string;
}

/**
 * All our MAVLink links as one: what is sent goes out on each (or on one), what comes in on any is heard. Messages are
 * instances of the classes of mavlink-mappings (`common.CommandLong`, `minimal.Heartbeat` …); `message()` makes them.
 * We do not route between links: that is mavlink-router's.
 */
export interface MavlinkBus {
  /** The system we are part of: the vehicle's; null as long as it was neither configured nor heard. */
  readonly sysid: number | null;
  /** Our own component's number, 1..255; what `send` speaks as. */
  readonly compid: number;
  /** CLOCK_MONOTONIC, the clock of `receivedAtNs` and of captured frames. */
  now(): bigint;
  /**
   * Sends at once, as MAVLink 2, signed where the link signs. Never blocks and never throws: a link that is away, or cannot
   * keep up, drops it and counts it.
   * @returns over how many links it went: 0 when none was there, or `sysid` is null.
   */
  send(message: MavLinkData, options?: SendOptions): number;
  /**
   * Hears messages of one type, in the order they came, those of our own sysid too (but never what this bus sent). A
   * listener that throws is logged and stays.
   * @returns how to stop hearing.
   */
  on<T extends MavLinkData>(
    type: MavLinkDataConstructor<T>,
    listener: (received: Received<T>) => void,
    filter?: ListenFilter,
  ): () => void;
}
