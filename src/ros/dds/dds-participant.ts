import { MessageReader } from '@foxglove/rosmsg2-serialization';
import koffi from 'koffi';
import { UsageError } from '../../core/errors.js';
import type { Log } from '../../core/ports/log.js';
import type { NodeIdentity, QosProfile, RosMessage, RosParticipant, RosPublisher } from '../backend.js';
import { definitionsOf } from '../messages/definitions.js';
import type { GidBytes } from '../messages/texts.js';
import { DiscoveryInfo } from './discovery-info.js';
import { layoutOf, type LayoutStruct } from './layout.js';
import { anyState, sampleInfo, type DdsLibrary, type Entity } from './library.js';
import { writeSample } from './native-sample.js';
import { withQos } from './qos.js';
import { topicDescriptor } from './topic-descriptor.js';

export interface DdsParticipantOptions {
  readonly library: DdsLibrary;
  readonly domainId: number;
  /** Null: the library's own. */
  readonly configuration: string | null;
  readonly identity: NodeIdentity;
  readonly gidBytes: GidBytes;
  readonly log: Log;
}

/** How often is looked for messages: commands of people. Costs a microsecond per subscription. */
const pollMs = 10;
/** At most so many messages of one subscription at a time, so that a flood does not hold up the rest. */
const takenAtOnce = 32;

/** A node on DDS itself: what rmw does with a type's C code is done here with its definition. */
export class DdsParticipant implements RosParticipant {
  readonly detail: string;
  readonly #library: DdsLibrary;
  readonly #log: Log;
  readonly #gidBytes: GidBytes;
  readonly #domain: Entity | null;
  readonly #participant: Entity;
  readonly #discovery: DiscoveryInfo;
  readonly #topics = new Map<string, Entity>();
  readonly #readers: Reader[] = [];
  readonly #poll: NodeJS.Timeout;
  #closed = false;

  /** @throws UsageError when DDS refuses: a configuration it cannot read, no network interface. */
  constructor({ library, domainId, configuration, identity, gidBytes, log }: DdsParticipantOptions) {
    this.#library = library;
    this.#log = log;
    this.#gidBytes = gidBytes;
    this.detail = `DDS (${library.fileName}), domain ${domainId}`;
    const domain = configuration === null ? -1 : library.createDomain(domainId, configuration);
    this.#domain = domain > 0 ? domain : null; // negative too where the process has this domain already
    this.#participant = this.#createParticipant(domainId);
    this.#discovery = new DiscoveryInfo(identity, this.#guid(this.#participant), gidBytes);
    const { type, topic, qos } = this.#discovery;
    const announcer = this.#writer(type, topic, qos);
    this.#discovery.publishBy((message) => announcer.publish(message));
    this.#poll = setInterval(() => {
      this.#takeAll();
    }, pollMs);
    this.#poll.unref();
  }

  advertise(type: string, topic: string, qos: QosProfile): RosPublisher {
    const writer = this.#writer(type, `rt${topic}`, qos);
    this.#discovery.addWriter(this.#guid(writer.entity));
    return writer;
  }

  subscribe(type: string, topic: string, qos: QosProfile, onMessage: (message: RosMessage) => void): void {
    const entity = this.#topic(type, `rt${topic}`);
    const reader = withQos(this.#library, qos, (it) =>
      this.#library.createReader(this.#participant, entity, it, null),
    );
    this.#require(reader, `subscribe to ${topic}`);
    const decoder = new MessageReader<RosMessage>([...definitionsOf(type, { gidBytes: this.#gidBytes })]);
    const receive = (bytes: Uint8Array): void => {
      onMessage(decoder.readMessage(bytes));
    };
    this.#readers.push({ entity: reader, topic, receive });
    this.#discovery.addReader(this.#guid(reader));
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearInterval(this.#poll);
      this.#library.delete(this.#participant); // with all it has
      if (this.#domain !== null) this.#library.delete(this.#domain);
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #createParticipant(domainId: number): Entity {
    const library = this.#library;
    const enclave = Buffer.from('enclave=/;'); // ROS takes no participant into its graph without
    const qos = library.createQos();
    try {
      library.setUserData(qos, enclave, enclave.length);
      return this.#require(library.createParticipant(domainId, qos, null), `join domain ${domainId}`);
    } finally {
      library.deleteQos(qos);
    }
  }

  #writer(type: string, topic: string, qos: QosProfile): Writer {
    const entity = this.#topic(type, topic);
    const writer = withQos(this.#library, qos, (it) =>
      this.#library.createWriter(this.#participant, entity, it, null),
    );
    this.#require(writer, `publish ${topic}`);
    const struct = layoutOf(definitionsOf(type, { gidBytes: this.#gidBytes }));
    return new Writer(this.#library, writer, struct, () => this.#closed);
  }

  #topic(type: string, name: string): Entity {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const descriptor = topicDescriptor(type, definitionsOf(type, { gidBytes: this.#gidBytes }));
    const topic = this.#library.createTopic(this.#participant, descriptor, name, null, null);
    this.#topics.set(name, this.#require(topic, `create topic ${name}`));
    return topic;
  }

  #guid(entity: Entity): Uint8Array {
    const guid = new Uint8Array(16);
    this.#require(this.#library.getGuid(entity, guid), 'ask for an identity');
    return guid;
  }

  #require(result: number, what: string): number {
    if (result >= 0) return result;
    throw new UsageError(`ROS over DDS: cannot ${what}: ${this.#library.errorText(result)}`);
  }

  #takeAll(): void {
    for (const reader of this.#readers) {
      for (let taken = 0; taken < takenAtOnce && !this.#closed && this.#take(reader); taken++);
    }
  }

  /** @returns whether there was one. */
  #take({ entity, topic, receive }: Reader): boolean {
    const library = this.#library;
    const out: [unknown] = [null];
    const info = new Uint8Array(sampleInfo.bytes);
    if (library.takeCdr(entity, out, 1, info, anyState) <= 0) return false;
    const bytes = new Uint8Array(library.serdataSize(out[0]));
    library.serdataBytes(out[0], 0, bytes.length, bytes);
    library.serdataUnref(out[0]);
    if (info[sampleInfo.validData] !== 1) return true; // a writer that went away
    try {
      receive(bytes);
    } catch (error) {
      this.#log.warn({ err: error, topic }, `${topic}: a message could not be read`);
    }
    return true;
  }
}

interface Reader {
  readonly entity: Entity;
  readonly topic: string;
  readonly receive: (cdr: Uint8Array) => void;
}

class Writer implements RosPublisher {
  readonly entity: Entity;
  readonly #library: DdsLibrary;
  readonly #struct: LayoutStruct;
  readonly #closed: () => boolean;
  /** Kept between messages. */
  #memory = Buffer.alloc(0);
  #address = 0n;

  constructor(library: DdsLibrary, entity: Entity, struct: LayoutStruct, closed: () => boolean) {
    this.entity = entity;
    this.#library = library;
    this.#struct = struct;
    this.#closed = closed;
    this.#allocate(1024);
  }

  publish(message: RosMessage): boolean {
    if (this.#closed()) return false;
    const bytes = writeSample(this.#struct, message, this.#memory, this.#address);
    if (bytes > this.#memory.length) {
      this.#allocate(2 * bytes);
      writeSample(this.#struct, message, this.#memory, this.#address);
    }
    return this.#library.write(this.entity, this.#memory) === 0;
  }

  incompatibleReaders(): number {
    const status = new Uint32Array(3); // total, change, policy
    if (this.#closed() || this.#library.offeredIncompatibleQos(this.entity, status) !== 0) return 0;
    return status[0]!;
  }

  #allocate(bytes: number): void {
    this.#memory = Buffer.from(new ArrayBuffer(bytes));
    this.#address = koffi.address(this.#memory);
  }
}
