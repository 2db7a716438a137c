import type * as Rclnodejs from 'rclnodejs';
import type { Node, Options } from 'rclnodejs';
import type { Rcl } from '../../../../src/ros/rclnodejs/load.js';

/** A subscription or service as the fake keeps it. */
interface Entity {
  readonly type: string;
  readonly name: string;
  readonly options: object;
}
interface Subscribed extends Entity {
  readonly callback: (bytes: Buffer) => void;
}
interface Served extends Entity {
  readonly callback: (request: object, response: { send(message: object): void }) => void;
}
interface Advertised extends Entity {
  readonly messages: object[];
}

type Endpoint = Readonly<{ qos_profile: Readonly<{ reliability: number; durability: number }> }>;

/** The parts of a node that are used, by the names of the real types: what rclnodejs does not have is no key of it. */
type UsedOfNode = Pick<
  Node,
  | 'createPublisher'
  | 'createSubscription'
  | 'createService'
  | 'destroySubscription'
  | 'getSubscriptionsInfoByTopic'
  | 'getPublishersInfoByTopic'
  | 'resolveTopicName'
  | 'spin'
>;

/** What a test may look at and decide. */
export class FakeRos {
  readonly advertised: Advertised[] = [];
  readonly subscribed: Subscribed[] = [];
  readonly served: Served[] = [];
  /** Of every context that was initialised: rcl's command line. */
  readonly argv: (readonly string[])[] = [];
  readonly nodes: { readonly name: string; readonly namespace: string; readonly options: object }[] = [];
  readonly spins: number[] = [];
  /** What the graph tells of the readers and writers of others. */
  readers: readonly Endpoint[] = [];
  writers: readonly Endpoint[] = [];
  /** Types that are not installed. */
  missing: readonly string[] = [];
  /** What the next publication throws. */
  failure: Error | null = null;
  /** What `init` throws. */
  initFailure: Error | null = null;
  shutdowns = 0;
  signalHandlers = true;

  /** The module as `import()` gives it. */
  get module(): { readonly default: Rcl } {
    return { default: fakeModule(this) };
  }

  subscription(topic: string): Subscribed {
    return this.subscribed.find(({ name }) => name === topic)!;
  }

  /** Calls a service. @returns what was sent as the answer. */
  call(service: string, request: object): Promise<object> {
    const { callback } = this.served.find(({ name }) => name === service)!;
    return new Promise((resolve) => {
      callback(request, { send: resolve });
    });
  }
}

function fakeModule(ros: FakeRos): Rcl {
  class Context {
    readonly domainId: bigint; // a property, whatever the types say
    constructor(domainId = 7n) {
      this.domainId = domainId;
    }
    shutdown(): void {
      ros.shutdowns += 1;
    }
    tryShutdown(): void {
      this.shutdown();
    }
  }

  class NodeOptions {
    startParameterServices = true;
  }

  class QoS {
    static readonly HistoryPolicy = { RMW_QOS_POLICY_HISTORY_KEEP_LAST: 1 };
    static readonly ReliabilityPolicy = {
      RMW_QOS_POLICY_RELIABILITY_RELIABLE: 1,
      RMW_QOS_POLICY_RELIABILITY_BEST_EFFORT: 2,
    };
    static readonly DurabilityPolicy = {
      RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL: 1,
      RMW_QOS_POLICY_DURABILITY_VOLATILE: 2,
    };
    constructor(
      readonly history: number,
      readonly depth: number,
      readonly reliability: number,
      readonly durability: number,
    ) {}
  }

  class FakeNode implements Record<keyof UsedOfNode, unknown> {
    constructor(name: string, namespace: string, _context: Context, options: object) {
      ros.nodes.push({ name, namespace, options });
    }
    createPublisher(type: string, name: string, options: Options) {
      const messages: object[] = [];
      ros.advertised.push({ type, name, options, messages });
      return {
        subscriptionCount: ros.readers.length, // a property, whatever the types say
        publish: (message: object) => {
          if (ros.failure) throw ros.failure;
          messages.push(message);
        },
      };
    }
    createSubscription(type: string, name: string, options: Options, callback: (bytes: Buffer) => void) {
      const subscribed = { type, name, options, callback, publisherCount: ros.writers.length };
      ros.subscribed.push(subscribed);
      return subscribed;
    }
    createService(type: string, name: string, options: Options, callback: Served['callback']) {
      ros.served.push({ type, name, options, callback });
    }
    destroySubscription(subscription: object): void {
      ros.subscribed.splice(ros.subscribed.indexOf(subscription as Subscribed), 1);
    }
    getSubscriptionsInfoByTopic() {
      return ros.readers;
    }
    getPublishersInfoByTopic() {
      return ros.writers;
    }
    resolveTopicName(name: string): string {
      return `/resolved/${name}`;
    }
    spin(timeoutMs: number): void {
      ros.spins.push(timeoutMs);
    }
  }

  const module: Partial<Record<keyof typeof Rclnodejs, unknown>> = {
    Context,
    Node: FakeNode,
    NodeOptions,
    QoS,
    init: (_context: Context, argv: string[]) => {
      ros.argv.push(argv);
      return ros.initFailure ? Promise.reject(ros.initFailure) : Promise.resolve();
    },
    removeSignalHandlers: () => {
      ros.signalHandlers = false;
    },
    require: (type: string) => {
      if (ros.missing.includes(type)) throw new Error(`The message required does not exist: ${type}`);
      return {};
    },
  };
  return module as unknown as Rcl;
}
