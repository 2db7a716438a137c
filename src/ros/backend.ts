import type { Log } from '../core/ports/log.js';

/** The part of ROS 2's quality of service that is chosen here. */
export interface QosProfile {
  /** `reliable` readers do not match `best-effort` writers. */
  readonly reliability: 'reliable' | 'best-effort';
  /** `transient-local`: a reader that comes late still gets the last `depth` messages ("latched"). */
  readonly durability: 'volatile' | 'transient-local';
  /** Messages kept (keep last). */
  readonly depth: number;
}

/** A message as plain object, fields named as in its .msg file; 64-bit integers are bigint. */
export type RosMessage = Readonly<Record<string, unknown>>;

/** What the node is called: `/robot/tracker` is name `tracker` in namespace `/robot`. */
export interface NodeIdentity {
  readonly name: string;
  /** Starts with a slash. */
  readonly namespace: string;
  /** Names of topics and services that are to be others, as `-r from:=to` of ROS has it; relative, absolute or `~/private`. */
  readonly remap?: Readonly<Record<string, string>>;
}

/** Those on the other side that asked for, or offered, a quality of service that does not fit ours: they get nothing. */
export interface QosMismatch {
  /** How many so far. */
  readonly count: number;
  /** What did not fit with the last of them, such as `reliability`; null: nobody yet, or the backend does not tell. */
  readonly policy: string | null;
}

export interface RosPublisher {
  /** Never blocks and never throws. @returns false when the message could not be handed over. */
  publish(message: RosMessage): boolean;
  /** Readers that get what is published, now. */
  readers(): number;
  mismatch(): QosMismatch;
}

export interface RosSubscription {
  /** Writers that are heard, now. */
  writers(): number;
  mismatch(): QosMismatch;
  /** Nothing is called back any more. Idempotent. */
  close(): void;
}

/** A message as it came over the wire: CDR, its header of four bytes first. Good until the callback that got it returns. */
export interface RawMessage {
  readonly bytes: number;
  /** Fills `target`, which may view shared memory, with the bytes from `offset` on. */
  copy(offset: number, target: Uint8Array): void;
}

/** Everything one node has on the network; closing it takes all of it away. */
export interface RosParticipant extends AsyncDisposable {
  /** For people: which middleware, which domain. */
  readonly detail: string;
  /**
   * @param type such as `vision_msgs/msg/Detection2D`.
   * @param topic relative to the node's namespace, such as `tracker/bbox`, or absolute, such as `/diagnostics`.
   */
  advertise(type: string, topic: string, qos: QosProfile): RosPublisher;
  /** What cannot be read is logged and passed over; so is what `onMessage` throws. */
  subscribe(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RosMessage) => void,
  ): RosSubscription;
  /** For what is large: nothing is decoded, and only what the callback asks for is copied. */
  subscribeRaw(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RawMessage) => void,
  ): RosSubscription;
  /**
   * A service. Calls may overlap; one whose answer rejects is logged and gets none.
   * @param type such as `std_srvs/srv/Trigger`.
   * @param name as a topic's.
   */
  serve(type: string, name: string, answer: (request: RosMessage) => Promise<RosMessage>): void;
  /** The whole name of a topic or service after namespace and remapping, for people: `/robot/tracker/bbox`. */
  nameOf(topic: string): string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A way into ROS 2: the middleware alone, or a whole ROS installation. One of it serves several nodes of a process. */
export interface RosBackend {
  /** @throws UsageError naming what is missing and how to get it. */
  open(identity: NodeIdentity, log: Log): Promise<RosParticipant>;
}

/** Latest value only, losses allowed: what ROS calls sensor data. */
export const sensorData: QosProfile = { reliability: 'best-effort', durability: 'volatile', depth: 1 };
/** The last value reaches those who come later, too. */
export const latched: QosProfile = { reliability: 'reliable', durability: 'transient-local', depth: 1 };
/** Every one counts. */
export const reliable: QosProfile = { reliability: 'reliable', durability: 'volatile', depth: 10 };
