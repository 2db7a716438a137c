import koffi from 'koffi';
import type { QosMismatch, RosMessage, RosPublisher } from '../backend.js';
import type { LayoutStruct } from './layout.js';
import type { DdsLibrary, Entity } from './library.js';
import { nobody, readMismatch } from './mismatch.js';
import { writeSample } from './native-sample.js';

/** Bytes of dds_publication_matched_status_t, and where `current_count` lies in it. */
const matched = { words: 6, current: 2 } as const;

/** Writes messages as the C struct DDS knows. */
export class DdsWriter implements RosPublisher {
  readonly entity: Entity;
  readonly #library: DdsLibrary;
  readonly #struct: LayoutStruct;
  /** Kept between messages. */
  #memory = Buffer.alloc(0);
  #address = 0n;
  #closed = false;

  constructor(library: DdsLibrary, entity: Entity, struct: LayoutStruct) {
    this.entity = entity;
    this.#library = library;
    this.#struct = struct;
    this.#allocate(1024);
  }

  publish(message: RosMessage): boolean {
    if (this.#closed) return false;
    const bytes = writeSample(this.#struct, message, this.#memory, this.#address);
    if (bytes > this.#memory.length) {
      this.#allocate(2 * bytes);
      writeSample(this.#struct, message, this.#memory, this.#address);
    }
    return this.#library.write(this.entity, this.#memory) === 0;
  }

  readers(): number {
    const status = new Uint32Array(matched.words);
    if (this.#closed || this.#library.publicationMatched(this.entity, status) !== 0) return 0;
    return status[matched.current]!;
  }

  mismatch(): QosMismatch {
    if (this.#closed) return nobody;
    return readMismatch((status) => this.#library.offeredIncompatibleQos(this.entity, status));
  }

  /** The participant is about to take the entity away. */
  close(): void {
    this.#closed = true;
  }

  #allocate(bytes: number): void {
    this.#memory = Buffer.from(new ArrayBuffer(bytes));
    this.#address = koffi.address(this.#memory);
  }
}
