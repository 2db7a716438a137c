import type { DdsLibrary, Entity } from './library.js';

/** A thread that waits cannot be ended from outside: it looks up this often. */
const waitNs = 100_000_000;

/**
 * Waits for messages in a thread of libuv's pool, and calls back in this one. DDS's own listeners would be called on DDS's
 * thread, which would have to wait for this one, which may be waiting in `dds_delete` for that.
 */
export class DataWaiter {
  readonly #library: DdsLibrary;
  readonly #set: Entity;
  readonly #wake: Entity;
  readonly #onData: () => void;
  readonly #done: Promise<void>;
  #closing = false;

  constructor(library: DdsLibrary, participant: Entity, onData: () => void) {
    this.#library = library;
    this.#onData = onData;
    this.#set = library.createWaitset(participant);
    this.#wake = library.createGuardCondition(participant);
    library.attach(this.#set, this.#wake, 0);
    this.#done = this.#run();
  }

  watch(reader: Entity): void {
    const library = this.#library;
    library.attach(this.#set, library.createReadCondition(reader, anyMessage), 0); // goes with its reader
  }

  /** Nothing waits any more when it resolves. Idempotent. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#library.setGuardCondition(this.#wake, true);
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#closing) {
      const triggered = await this.#library.wait(this.#set, waitNs);
      if (triggered > 0 && !this.#isClosing()) this.#onData();
    }
  }

  #isClosing(): boolean {
    return this.#closing;
  }
}

/** DDS_ANY_STATE. */
const anyMessage = 127;
