import type { QosMismatch, RawMessage, RosSubscription } from '../backend.js';
import { anyState, sampleInfo, type DdsLibrary, type Entity } from './library.js';
import { nobody, readMismatch } from './mismatch.js';

/** At most so many messages of one subscription at a time, so that a flood does not hold up the rest. */
const takenAtOnce = 32;
/** Bytes of dds_subscription_matched_status_t, and where `current_count` lies in it. */
const matched = { words: 6, current: 2 } as const;

/** Takes messages as CDR, without decoding them. */
export class DdsReader implements RosSubscription {
  readonly entity: Entity;
  readonly #library: DdsLibrary;
  readonly #receive: (message: RawMessage) => void;
  readonly #out: [unknown] = [null];
  readonly #info = new Uint8Array(sampleInfo.bytes);
  #closed = false;

  /** @param receive does not throw. */
  constructor(library: DdsLibrary, entity: Entity, receive: (message: RawMessage) => void) {
    this.#library = library;
    this.entity = entity;
    this.#receive = receive;
  }

  /** Hands on what has come. */
  takeAll(): void {
    for (let taken = 0; taken < takenAtOnce && !this.#closed && this.#take(); taken++);
  }

  writers(): number {
    const status = new Uint32Array(matched.words);
    if (this.#closed || this.#library.subscriptionMatched(this.entity, status) !== 0) return 0;
    return status[matched.current]!;
  }

  mismatch(): QosMismatch {
    if (this.#closed) return nobody;
    return readMismatch((status) => this.#library.requestedIncompatibleQos(this.entity, status));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#library.delete(this.entity);
  }

  /** @returns whether there was one. */
  #take(): boolean {
    const library = this.#library;
    const out = this.#out;
    if (library.takeCdr(this.entity, out, 1, this.#info, anyState) <= 0) return false;
    const [serdata] = out;
    try {
      if (this.#info[sampleInfo.validData] !== 1) return true; // a writer that went away
      const bytes = library.serdataSize(serdata);
      const copy = (offset: number, target: Uint8Array): void => {
        if (!(offset >= 0 && offset + target.length <= bytes)) {
          throw new RangeError(`bytes ${offset} to ${offset + target.length} of ${bytes}`);
        }
        if (target.length > 0) library.serdataBytes(serdata, offset, target.length, target);
      };
      this.#receive({ bytes, copy });
    } finally {
      library.serdataUnref(serdata);
    }
    return true;
  }
}
