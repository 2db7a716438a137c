import { MessageReader } from '@foxglove/rosmsg2-serialization';
import type { Log } from '../../core/ports/log.js';
import type {
  NodeIdentity,
  QosProfile,
  RawMessage,
  RosMessage,
  RosParticipant,
  RosPublisher,
  RosSubscription,
} from '../backend.js';
import { definitionsOf } from '../messages/definitions.js';
import type { GidBytes } from '../messages/texts.js';
import { resolveName } from '../names.js';
import { DataWaiter } from './data-waiter.js';
import type { DdsDomain } from './dds-domain.js';
import { DdsReader } from './dds-reader.js';
import { ddsType, type DdsType } from './dds-type.js';
import { DdsWriter } from './dds-writer.js';
import { DiscoveryInfo } from './discovery-info.js';
import { Endpoints, type EndpointWish } from './endpoints.js';
import type { DdsLibrary } from './library.js';
import { serveOverDds, serviceQos } from './service-server.js';

export interface DdsParticipantOptions {
  readonly library: DdsLibrary;
  readonly domain: DdsDomain;
  readonly identity: NodeIdentity;
  readonly gidBytes: GidBytes;
  readonly log: Log;
}

/** A node on DDS itself: what rmw does with a type's C code is done here with its definition. */
export class DdsParticipant implements RosParticipant {
  readonly detail: string;
  readonly #options: DdsParticipantOptions;
  readonly #endpoints: Endpoints;
  readonly #discovery: DiscoveryInfo;
  readonly #waiter: DataWaiter;
  readonly #writers: DdsWriter[] = [];
  readonly #readers: DdsReader[] = [];
  #closed: Promise<void> | null = null;

  /** @throws UsageError when DDS refuses: a configuration it cannot read, no network interface. */
  constructor(options: DdsParticipantOptions) {
    const { library, domain, identity, gidBytes } = options;
    this.#options = options;
    this.detail = `DDS (${library.fileName}), domain ${domain.id}`;
    domain.enter();
    try {
      this.#endpoints = new Endpoints(library, domain.id);
    } catch (error) {
      domain.leave();
      throw error;
    }
    const { participant } = this.#endpoints;
    this.#discovery = new DiscoveryInfo(identity, this.#endpoints.guid(participant), gidBytes);
    const { type, topic, qos } = this.#discovery;
    const announcer = this.#writer({ type: this.#type(type), topic, qos });
    this.#discovery.publishBy((message) => announcer.publish(message));
    this.#waiter = new DataWaiter(library, participant, () => {
      for (const reader of this.#readers) reader.takeAll();
    });
  }

  nameOf(topic: string): string {
    return resolveName(topic, this.#options.identity);
  }

  advertise(type: string, topic: string, qos: QosProfile): RosPublisher {
    return this.#announcedWriter({ type: this.#type(type), topic: `rt${this.nameOf(topic)}`, qos });
  }

  subscribe(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RosMessage) => void,
  ): RosSubscription {
    const wish = { type: this.#type(type), topic: `rt${this.nameOf(topic)}`, qos };
    return this.#announcedReader(wish, decoded(wish.type, onMessage));
  }

  subscribeRaw(
    type: string,
    topic: string,
    qos: QosProfile,
    onMessage: (message: RawMessage) => void,
  ): RosSubscription {
    const wish = { type: this.#type(type), topic: `rt${this.nameOf(topic)}`, qos };
    return this.#announcedReader(wish, onMessage);
  }

  serve(type: string, name: string, answer: (request: RosMessage) => Promise<RosMessage>): void {
    serveOverDds(type, this.nameOf(name), answer, {
      log: this.#options.log,
      writer: (of, topic, userData) => this.#announcedWriter({ type: of, topic, qos: serviceQos, userData }),
      reader: (of, topic, userData, onMessage) => {
        this.#announcedReader({ type: of, topic, qos: serviceQos, userData }, decoded(of, onMessage));
      },
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const { library, domain } = this.#options;
    for (const writer of this.#writers) writer.close();
    await this.#waiter.close();
    for (const reader of this.#readers) reader.close();
    library.delete(this.#endpoints.participant); // with all it has
    domain.leave();
  }

  #type(type: string): DdsType {
    return ddsType(type, definitionsOf(type, { gidBytes: this.#options.gidBytes }));
  }

  #writer(wish: EndpointWish): DdsWriter {
    const writer = new DdsWriter(this.#options.library, this.#endpoints.writer(wish), wish.type.struct);
    this.#writers.push(writer);
    return writer;
  }

  #announcedWriter(wish: EndpointWish): DdsWriter {
    const writer = this.#writer(wish);
    this.#discovery.addWriter(this.#endpoints.guid(writer.entity));
    return writer;
  }

  #announcedReader(wish: EndpointWish, receive: (message: RawMessage) => void): RosSubscription {
    const { log, library } = this.#options;
    const { topic } = wish;
    const reader = new DdsReader(library, this.#endpoints.reader(wish), (message) => {
      try {
        receive(message);
      } catch (error) {
        log.warn({ err: error, topic }, `${topic}: a message could not be read`);
      }
    });
    const guid = this.#endpoints.guid(reader.entity);
    this.#readers.push(reader);
    this.#waiter.watch(reader.entity);
    this.#discovery.addReader(guid);
    return {
      writers: () => reader.writers(),
      mismatch: () => reader.mismatch(),
      close: () => {
        const at = this.#readers.indexOf(reader);
        if (at < 0) return;
        this.#readers.splice(at, 1);
        this.#discovery.removeReader(guid);
        reader.close();
      },
    };
  }
}

function decoded(type: DdsType, onMessage: (message: RosMessage) => void): (raw: RawMessage) => void {
  const decoder = new MessageReader<RosMessage>([...type.definitions]);
  return (raw) => {
    const bytes = new Uint8Array(raw.bytes);
    raw.copy(0, bytes);
    onMessage(decoder.readMessage(bytes));
  };
}
