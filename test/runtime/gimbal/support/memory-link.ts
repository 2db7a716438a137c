import type { ByteLink } from '../../../../src/runtime/gimbal/link/byte-link.js';
import { Listeners } from '../../../../src/runtime/gimbal/link/listeners.js';

/** A wire whose other end is a function; it can be cut and mended. */
export class MemoryLink implements ByteLink {
  readonly detail = 'memory';
  readonly #bytes = new Listeners<[Uint8Array]>();
  readonly #opened = new Listeners<[]>();
  readonly #peer: (bytes: Uint8Array) => void;
  whole = true;

  constructor(peer: (bytes: Uint8Array) => void) {
    this.#peer = peer;
  }

  write(bytes: Uint8Array): boolean {
    if (this.whole) this.#peer(Uint8Array.from(bytes));
    return this.whole;
  }

  /** What the other end says. */
  say(bytes: Uint8Array): void {
    if (this.whole) this.#bytes.tell(bytes);
  }

  mend(): void {
    this.whole = true;
    this.#opened.tell();
  }

  onBytes(listener: (bytes: Uint8Array) => void): () => void {
    return this.#bytes.add(listener);
  }

  onOpen(listener: () => void): () => void {
    return this.#opened.add(listener);
  }

  close(): Promise<void> {
    this.whole = false;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
