import { setTimeout as delay } from 'node:timers/promises';
import { latched } from '../../../../src/ros/backend.js';
import { anyState, sampleInfo, type DdsLibrary } from '../../../../src/ros/dds/library.js';
import { withQos } from '../../../../src/ros/dds/qos.js';
import { ddsType } from '../../../../src/ros/dds/dds-type.js';
import { definitionsOf } from '../../../../src/ros/messages/definitions.js';

/** Takes messages as the bytes they came over the wire as. */
export class CdrReader implements Disposable {
  readonly #library: DdsLibrary;
  readonly #participant: number;

  constructor(library: DdsLibrary, domainId: number) {
    this.#library = library;
    this.#participant = library.createParticipant(domainId, null, null);
  }

  /** @param topic as DDS has it, with `rt`. Waits for the first message, half a minute at most. */
  async first(type: string, topic: string, matches: (cdr: Uint8Array) => boolean = () => true) {
    const library = this.#library;
    const { descriptor } = ddsType(type, definitionsOf(type));
    const entity = library.createTopic(this.#participant, descriptor, topic, null, null);
    const reader = withQos(library, latched, (qos) =>
      library.createReader(this.#participant, entity, qos, null),
    );
    const out: [unknown] = [null];
    for (let i = 0; i < 3000; i++) {
      while (library.takeCdr(reader, out, 1, new Uint8Array(sampleInfo.bytes), anyState) > 0) {
        const bytes = new Uint8Array(library.serdataSize(out[0]));
        library.serdataBytes(out[0], 0, bytes.length, bytes);
        library.serdataUnref(out[0]);
        if (matches(bytes)) return bytes;
      }
      await delay(10);
    }
    throw new Error(`${topic}: nothing came`);
  }

  [Symbol.dispose](): void {
    this.#library.delete(this.#participant);
  }
}
