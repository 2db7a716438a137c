import type {
  NodeIdentity,
  QosMismatch,
  QosProfile,
  RawMessage,
  RosBackend,
  RosMessage,
  RosParticipant,
  RosSubscription,
} from '../../../src/ros/backend.js';
import { resolveName } from '../../../src/ros/names.js';

interface Advertised {
  readonly type: string;
  readonly qos: QosProfile;
  readonly messages: RosMessage[];
}

/** A network of one node, in memory: keeps what is published, and lets a test say what is heard. */
export class MemoryBackend implements RosBackend {
  readonly advertised = new Map<string, Advertised>();
  readonly subscribed = new Map<string, { readonly type: string; readonly qos: QosProfile }>();
  readonly served = new Map<string, { readonly type: string }>();
  identity: NodeIdentity | null = null;
  closed = 0;
  /** What publishers say of mismatched readers. */
  mismatch: QosMismatch = { count: 0, policy: null };
  /** Makes every publication fail. */
  full = false;
  /** Readers of every publisher, and writers of every subscription. */
  others = 1;
  readonly #listeners = new Map<string, (message: RosMessage) => void>();
  readonly #rawListeners = new Map<string, (message: RawMessage) => void>();
  readonly #services = new Map<string, (request: RosMessage) => Promise<RosMessage>>();

  open(identity: NodeIdentity): Promise<RosParticipant> {
    this.identity = identity;
    const nameOf = (topic: string): string => resolveName(topic, identity);
    const close = (): Promise<void> => {
      this.closed += 1;
      return Promise.resolve();
    };
    const subscription = (type: string, topic: string, qos: QosProfile): RosSubscription => {
      this.subscribed.set(topic, { type, qos });
      return {
        writers: () => this.others,
        mismatch: () => this.mismatch,
        close: () => {
          this.subscribed.delete(topic);
          this.#listeners.delete(topic);
          this.#rawListeners.delete(topic);
        },
      };
    };
    return Promise.resolve({
      detail: 'memory',
      nameOf,
      advertise: (type: string, topic: string, qos: QosProfile) => {
        const messages: RosMessage[] = [];
        this.advertised.set(nameOf(topic), { type, qos, messages });
        return {
          publish: (message: RosMessage) => !this.full && messages.push(message) > 0,
          readers: () => this.others,
          mismatch: () => this.mismatch,
        };
      },
      subscribe: (type: string, topic: string, qos: QosProfile, onMessage: (message: RosMessage) => void) => {
        this.#listeners.set(nameOf(topic), onMessage);
        return subscription(type, nameOf(topic), qos);
      },
      subscribeRaw: (
        type: string,
        topic: string,
        qos: QosProfile,
        onMessage: (message: RawMessage) => void,
      ) => {
        this.#rawListeners.set(nameOf(topic), onMessage);
        return subscription(type, nameOf(topic), qos);
      },
      serve: (type: string, name: string, answer: (request: RosMessage) => Promise<RosMessage>): void => {
        this.served.set(nameOf(name), { type });
        this.#services.set(nameOf(name), answer);
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

  /** @param cdr with its header. */
  hearRaw(topic: string, cdr: Uint8Array): void {
    this.#rawListeners.get(topic)?.({
      bytes: cdr.length,
      copy: (offset, target) => {
        target.set(cdr.subarray(offset, offset + target.length));
      },
    });
  }

  call(service: string, request: RosMessage): Promise<RosMessage> {
    return this.#services.get(service)!(request);
  }
}
