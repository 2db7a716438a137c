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

/** A message as plain object, fields named as in its .msg file. */
export type RosMessage = Readonly<Record<string, unknown>>;

/** What the node is called: `/robot/tracker` is name `tracker` in namespace `/robot`. */
export interface NodeIdentity {
  readonly name: string;
  /** Starts with a slash. */
  readonly namespace: string;
}

export interface RosPublisher {
  /** Never blocks and never throws. @returns false when the message could not be handed over. */
  publish(message: RosMessage): boolean;
  /** Readers refused so far because their quality of service does not match; 0 where the backend does not tell. */
  incompatibleReaders(): number;
}

/** Everything one node has on the network; closing it takes all of it away. */
export interface RosParticipant extends AsyncDisposable {
  /** For people: which middleware, which domain. */
  readonly detail: string;
  /**
   * @param type such as `vision_msgs/msg/Detection2D`.
   * @param topic absolute, such as `/tracker/bbox`.
   */
  advertise(type: string, topic: string, qos: QosProfile): RosPublisher;
  /** What cannot be read is logged and passed over. */
  subscribe(type: string, topic: string, qos: QosProfile, onMessage: (message: RosMessage) => void): void;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A way into ROS 2: the middleware alone, or a whole ROS installation. */
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
