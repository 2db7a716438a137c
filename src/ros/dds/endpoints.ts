import { UsageError } from '../../core/errors.js';
import type { QosProfile } from '../backend.js';
import type { DdsLibrary, Entity } from './library.js';
import { withQos } from './qos.js';
import type { DdsType } from './dds-type.js';

export interface EndpointWish {
  readonly type: DdsType;
  /** As DDS has it: `rt/tracker/bbox`. */
  readonly topic: string;
  readonly qos: QosProfile;
  /** Told to the other side, `key=value;` as ROS has it. */
  readonly userData?: string;
}

/** Makes a participant's topics, readers and writers; the library deletes them with the participant. */
export class Endpoints {
  readonly library: DdsLibrary;
  readonly participant: Entity;
  readonly #topics = new Map<string, { readonly entity: Entity; readonly type: string }>();

  /** @throws UsageError when DDS refuses: no network interface, no such domain. */
  constructor(library: DdsLibrary, domainId: number) {
    this.library = library;
    const enclave = 'enclave=/;'; // ROS takes no participant into its graph without
    this.participant = this.#withUserData(enclave, (qos) =>
      this.require(library.createParticipant(domainId, qos, null), `join domain ${domainId}`),
    );
  }

  reader({ type, topic, qos, userData }: EndpointWish): Entity {
    const entity = this.#topic(type, topic);
    const reader = withQos(this.library, { ...qos, userData }, (it) =>
      this.library.createReader(this.participant, entity, it, null),
    );
    return this.require(reader, `subscribe to ${topic}`);
  }

  writer({ type, topic, qos, userData }: EndpointWish): Entity {
    const entity = this.#topic(type, topic);
    const writer = withQos(this.library, { ...qos, userData }, (it) =>
      this.library.createWriter(this.participant, entity, it, null),
    );
    return this.require(writer, `publish ${topic}`);
  }

  guid(entity: Entity): Uint8Array {
    const guid = new Uint8Array(16);
    this.require(this.library.getGuid(entity, guid), 'ask for an identity');
    return guid;
  }

  /** @throws UsageError for a negative result, in the library's words. */
  require(result: number, what: string): number {
    if (result >= 0) return result;
    throw new UsageError(`ROS over DDS: cannot ${what}: ${this.library.errorText(result)}`);
  }

  #topic(type: DdsType, name: string): Entity {
    const known = this.#topics.get(name);
    if (known) {
      if (known.type === type.name) return known.entity;
      throw new UsageError(`ROS over DDS: topic ${name} is ${known.type}, and cannot be ${type.name}, too`);
    }
    const { library, participant } = this;
    const entity = this.require(
      library.createTopic(participant, type.descriptor, name, null, null),
      `create topic ${name}`,
    );
    this.#topics.set(name, { entity, type: type.name });
    return entity;
  }

  #withUserData<T>(text: string, use: (qos: unknown) => T): T {
    const qos = this.library.createQos();
    try {
      const bytes = Buffer.from(text);
      this.library.setUserData(qos, bytes, bytes.length);
      return use(qos);
    } finally {
      this.library.deleteQos(qos);
    }
  }
}
