import { FleetError } from '../../core/errors.js';

/** Takes bytes off a stream in pieces of chosen length, and counts them. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #limit: number;
  #rest: Uint8Array = new Uint8Array();
  #taken = 0;

  /** @param limit bytes after which the stream is refused. */
  constructor(chunks: AsyncIterable<Uint8Array>, limit: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#limit = limit;
  }

  /** Exactly `length` bytes, together. @throws FleetError when the stream ends before. */
  async take(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.stream(length)) parts.push(part);
    return Buffer.concat(parts);
  }

  /** Exactly `length` bytes, in the pieces they come in. @throws FleetError when the stream ends before. */
  async *stream(length: number): AsyncGenerator<Uint8Array> {
    let missing = length;
    while (missing > 0) {
      if (!(await this.#fill())) throw new FleetError('archive: ends in the middle');
      const part = this.#rest.subarray(0, missing);
      this.#rest = this.#rest.subarray(part.length);
      missing -= part.length;
      yield part;
    }
  }

  /** Whether nothing is left. */
  async atEnd(): Promise<boolean> {
    return !(await this.#fill());
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next: IteratorResult<Uint8Array, unknown> = await this.#chunks.next();
      if (next.done === true) return false;
      this.#taken += next.value.length;
      if (this.#taken > this.#limit) {
        throw new FleetError(`archive: larger than the ${this.#limit} bytes it may have`);
      }
      this.#rest = next.value;
    }
    return true;
  }
}
