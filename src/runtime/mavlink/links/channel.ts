/** An open way for bytes, until it breaks or is closed; it never opens itself again. */
export interface Channel {
  /** Whether it was taken; false when too much waits already, or nobody is there. Never blocks, never throws. */
  write(packet: Buffer): boolean;
  /** Resolves, with the reason, when it is over; for an ordered close, too. */
  readonly ended: Promise<string>;
  /** Waits half a second at most. Idempotent. */
  close(): Promise<void>;
}

/**
 * Takes what came in; the bytes are the channel's and may change afterwards.
 * @returns whether a good packet was among them: from strangers whose bytes are not MAVLink nothing is to be kept.
 */
export type Receive = (bytes: Buffer) => boolean;

export interface ChannelKind {
  /** How what comes in is cut: a datagram has whole packets. */
  readonly framing: 'stream' | 'datagram';
  /** @throws Error, in words for a person, when it cannot be opened; the signal's reason when aborted. */
  readonly open: (receive: Receive, signal: AbortSignal) => Promise<Channel>;
}

export const closingLimitMs = 500;
