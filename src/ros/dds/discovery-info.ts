import { latched, type NodeIdentity, type RosMessage } from '../backend.js';
import type { GidBytes } from '../messages/texts.js';

/** Says on `ros_discovery_info` which node the participant's readers and writers belong to: what `ros2 node list` reads. */
export class DiscoveryInfo {
  readonly type = 'rmw_dds_common/msg/ParticipantEntitiesInfo';
  /** Without the `rt` of other topics. */
  readonly topic = 'ros_discovery_info';
  readonly qos = latched;
  readonly #identity: NodeIdentity;
  readonly #participant: RosMessage;
  readonly #gidBytes: GidBytes;
  /** By their identities as text. */
  readonly #readers = new Map<string, RosMessage>();
  readonly #writers = new Map<string, RosMessage>();
  #publish: ((message: RosMessage) => boolean) | null = null;

  constructor(identity: NodeIdentity, participant: Uint8Array, gidBytes: GidBytes) {
    this.#identity = identity;
    this.#gidBytes = gidBytes;
    this.#participant = this.#gid(participant);
  }

  publishBy(publish: (message: RosMessage) => boolean): void {
    this.#publish = publish;
    this.#tell();
  }

  addReader(guid: Uint8Array): void {
    this.#readers.set(guid.join(), this.#gid(guid));
    this.#tell();
  }

  removeReader(guid: Uint8Array): void {
    this.#readers.delete(guid.join());
    this.#tell();
  }

  addWriter(guid: Uint8Array): void {
    this.#writers.set(guid.join(), this.#gid(guid));
    this.#tell();
  }

  #tell(): void {
    this.#publish?.({
      gid: this.#participant,
      node_entities_info_seq: [
        {
          node_namespace: this.#identity.namespace,
          node_name: this.#identity.name,
          reader_gid_seq: [...this.#readers.values()],
          writer_gid_seq: [...this.#writers.values()],
        },
      ],
    });
  }

  #gid(guid: Uint8Array): RosMessage {
    const data = new Uint8Array(this.#gidBytes);
    data.set(guid);
    return { data };
  }
}
