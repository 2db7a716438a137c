import type {
  NodeIdentity,
  QosProfile,
  RosBackend,
  RosMessage,
  RosParticipant,
} from '../../../src/ros/backend.js';

interface Advertised {
  readonly type: string;
  readonly qos: QosProfile;
  readonly messages: RosMessage[];
}

/** A network of one node, in memory: keeps what is published, and lets a test say what is heard. */
export class MemoryBackend implements RosBackend {
  readonly advertised = new Map<string, Advertised>();
  readonly subscribed = new Map<string, { readonly type: string; readonly qos: QosProfile }>();
  identity: NodeIdentity | null = null;
  closed = 0;
  /** What publishers say of mismatched readers. */
  incompatible = 0;
  /** Makes every publication fail. */
  full = false;
  readonly #listeners = new Map<string, (message: RosMessage) => void>();

  open(identity: NodeIdentity): Promise<RosParticipant> {
    this.identity = identity;
    const close = (): Promise<void> => {
      this.closed += 1;
      return Promise.resolve();
    };
    return Promise.resolve({
      detail: 'memory',
      advertise: (type: string, topic: string, qos: QosProfile) => {
        const messages: RosMessage[] = [];
        this.advertised.set(topic, { type, qos, messages });
        return {
          publish: (message: RosMessage) => !this.full && messages.push(message) > 0,
          incompatibleReaders: () => this.incompatible,
        };
      },
      subscribe: (
        type: string,
        topic: string,
        qos: QosProfile,
        onMessage: (message: RosMessage) => void,
      ): void => {
        this.subscribed.set(topic, { type, qos });
        this.#listeners.set(topic, onMessage);
      },
      close,
      [Symbol.asyncDispose]: close,
    });
  }

  /** What was published on a topic, oldest first. */
  published(topic: string): readonly RosMessage[] {
    return this.advertised.get(topic)?.messages ?? [];
  }

  hear(topic: string, message: RosMessage): void {
    this.#listeners.get(topic)!(message);
  }
}
