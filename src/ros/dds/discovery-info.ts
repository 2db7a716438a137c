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
  readonly #readers: RosMessage[] = [];
  readonly #writers: RosMessage[] = [];
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
    this.#readers.push(this.#gid(guid));
    this.#tell();
  }

  addWriter(guid: Uint8Array): void {
    this.#writers.push(this.#gid(guid));
    this.#tell();
  }

  #tell(): void {
    this.#publish?.({
      gid: this.#participant,
      node_entities_info_seq: [
        {
          node_namespace: this.#identity.namespace,
          node_name: this.#identity.name,
          reader_gid_seq: this.#readers,
          writer_gid_seq: this.#writers,
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
