import { MessageReader } from '@foxglove/rosmsg2-serialization';
import type { Context, Node, Options, QoS, Subscription } from 'rclnodejs';
import { UsageError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type {
  QosProfile,
  RawMessage,
  RosMessage,
  RosParticipant,
  RosPublisher,
  RosSubscription,
} from '../backend.js';
import { definitionsOf } from '../messages/definitions.js';
import { exactArrays } from './exact-arrays.js';
import type { Rcl } from './load.js';
import { mismatchOf, rclQos } from './qos.js';

export interface RclParticipantOptions {
  readonly rcl: Rcl;
  /** Owned from now on, with the node. */
  readonly context: Context;
  readonly node: Node;
  /** ROS_DISTRO, for the name of a package that is missing. */
  readonly distro: string;
  readonly detail: string;
  readonly log: Log;
}

/**
 * How long rclnodejs's thread waits for something to come before it looks again; what comes wakes it at once. Making or ending
 * a subscription, and closing, hold up Node's loop for up to this long.
 */
const spinMs = 20;

/**
 * A node of rclnodejs. What its callbacks throw would stay behind in its native part and come out of another call, so none
 * of ours throws.
 */
export class RclParticipant implements RosParticipant {
  readonly detail: string;
  readonly #rcl: Rcl;
  readonly #context: Context;
  readonly #node: Node;
  readonly #distro: string;
  readonly #log: Log;
  readonly #spin: NodeJS.Immediate;
  #closed = false;

  constructor({ rcl, context, node, distro, detail, log }: RclParticipantOptions) {
    this.#rcl = rcl;
    this.#context = context;
    this.#node = node;
    this.#distro = distro;
    this.#log = log;
    this.detail = `${detail}, domain ${valueOf(context, 'domainId')}`;
    // not before the node has all it is made with: every one of it would wait for the thread
    this.#spin = setImmediate(() => {
      node.spin(spinMs);
    });
  }

  advertise(type: string, topic: string, qos: QosProfile): RosPublisher {
    const options = { qos: rclQos(this.#rcl, qos) };
    const publisher = this.#make(type, () => this.#node.createPublisher(type, topic, options));
    let complained = false;
    return {
      publish: (message) => {
        if (this.#closed) return false;
        try {
          publisher.publish(exactArrays(message));
          return true;
        } catch (error) {
          if (!complained) this.#log.error({ err: error, topic }, `ROS does not take a message of ${topic}`);
          complained = true; // at 60 Hz once is enough: the drops are counted
          return false;
        }
      },
      readers: () => this.#ask(0, () => valueOf(publisher, 'subscriptionCount')),
      mismatch: () =>
        this.#mismatch(options.qos, () => this.#node.getSubscriptionsInfoByTopic(topic, false), 'requested'),
    };
  }

  subscribe(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RosMessage) => void,
  ): RosSubscription {
    // decoded here as on DDS: the same messages, down to the last field
    const decoder = new MessageReader<RosMessage>([...definitionsOf(type)]);
    return this.#subscribe(type, topic, qos, (bytes) => {
      onMessage(decoder.readMessage(bytes));
    });
  }

  subscribeRaw(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RawMessage) => void,
  ): RosSubscription {
    return this.#subscribe(type, topic, qos, (bytes) => {
      onMessage({
        bytes: bytes.length,
        copy: (offset, target) => {
          target.set(bytes.subarray(offset, offset + target.length));
        },
      });
    });
  }

  serve(type: string, name: string, answer: (request: RosMessage) => Promise<RosMessage>): void {
    this.#make(type, () => {
      this.#node.createService(type, name, {}, (request, response) => {
        const respond = async (): Promise<void> => {
          const message = await answer(request as RosMessage);
          if (!this.#closed) response.send(exactArrays(message));
        };
        respond().catch((error: unknown) => {
          this.#log.error({ err: error, service: name }, `no answer of service ${name}`);
        });
      });
    });
  }

  nameOf(topic: string): string {
    return this.#node.resolveTopicName(topic);
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearImmediate(this.#spin);
      this.#context.shutdown(); // with the node and all it has
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #subscribe(
    type: string,
    topic: string,
    qos: QosProfile,
    receive: (bytes: Uint8Array) => void,
  ): RosSubscription {
    // raw: rclnodejs's own decoding would copy an image three times
    const options: Options<QoS> = { qos: rclQos(this.#rcl, qos), isRaw: true };
    let subscription: Subscription | null = this.#make(type, () =>
      this.#node.createSubscription(type, topic, options, (bytes: Buffer) => {
        if (this.#closed || !subscription) return;
        try {
          receive(bytes);
        } catch (error) {
          this.#log.warn({ err: error, topic }, `a message of ${topic} was passed over`);
        }
      }),
    );
    return {
      writers: () => this.#ask(0, () => (subscription ? valueOf(subscription, 'publisherCount') : 0)),
      mismatch: () =>
        this.#mismatch(options.qos!, () => this.#node.getPublishersInfoByTopic(topic, false), 'offered'),
      close: () => {
        if (subscription && !this.#closed) this.#node.destroySubscription(subscription);
        subscription = null;
      },
    };
  }

  #mismatch(own: QoS, others: () => readonly object[], theirs: 'offered' | 'requested') {
    const endpoints = this.#ask([], others);
    const ours = { qos_profile: own };
    const pairs = endpoints.map((it) =>
      theirs === 'offered' ? { offered: it, requested: ours } : { offered: ours, requested: it },
    );
    return mismatchOf(this.#rcl, pairs);
  }

  /** What cannot be asked, as after closing, is `otherwise`. */
  #ask<T>(otherwise: T, question: () => T): T {
    if (this.#closed) return otherwise;
    try {
      return question();
    } catch (error) {
      this.#log.debug({ err: error }, 'rclnodejs does not tell');
      return otherwise;
    }
  }

  /** @throws UsageError naming the package of a type that is not installed, or what else ROS has against it. */
  #make<T>(type: string, make: () => T): T {
    try {
      this.#rcl.require(type);
    } catch (cause) {
      const name = `ros-${this.#distro}-${type.split('/')[0]!.replaceAll('_', '-')}`;
      throw new UsageError(
        `ROS ${this.#distro} has no ${type}, or rclnodejs has not made it yet: apt-get install ${name}, then npx generate-ros-messages`,
        { cause },
      );
    }
    try {
      return make();
    } catch (cause) {
      throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }
}

/** A number that is a property in rclnodejs, whatever its types say (they say a method). */
function valueOf<K extends string>(owner: Readonly<Record<K, () => number | bigint>>, name: K): number {
  const value = owner[name] as unknown;
  return Number(typeof value === 'function' ? (value as () => unknown).call(owner) : value);
}
