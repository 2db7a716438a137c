import type { RawMessage } from '../backend.js';

/** What is read of a message at most to find where its pixels begin; texts in it are short. */
const prefixBytes = 4096;
/** CDR's own header. Alignment counts from behind it. */
const headerBytes = 4;

/** Reads the first fields of a message one after the other, without the rest. @throws RangeError where it ends too early. */
export class CdrPrefix {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  readonly #total: number;
  #offset = headerBytes;

  /** @throws RangeError for what is not plain CDR. */
  constructor(message: RawMessage) {
    const bytes = new Uint8Array(Math.min(prefixBytes, message.bytes));
    message.copy(0, bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
    this.#total = message.bytes;
    const [, kind] = bytes;
    if (bytes.length < headerBytes || bytes[0] !== 0 || (kind !== 0 && kind !== 1)) {
      throw new RangeError('not plain CDR (XCDR1)');
    }
    this.#littleEndian = kind === 1;
  }

  uint8(): number {
    const value = this.#view.getUint8(this.#offset);
    this.#offset += 1;
    return value;
  }

  uint32(): number {
    this.#align();
    const value = this.#view.getUint32(this.#offset, this.#littleEndian);
    this.#offset += 4;
    return value;
  }

  int32(): number {
    return this.uint32() | 0;
  }

  string(): string {
    const length = this.uint32();
    const end = this.#offset + length;
    if (end > this.#view.byteLength) throw new RangeError(`a text of ${length} bytes`);
    const text = new TextDecoder().decode(
      this.#bytes.subarray(this.#offset, Math.max(this.#offset, end - 1)),
    );
    this.#offset = end; // the closing zero, too
    return text;
  }

  /** A sequence of bytes, which ends the message: where it lies in it. */
  bytes(): { readonly offset: number; readonly length: number } {
    const length = this.uint32();
    if (this.#offset + length > this.#total) {
      throw new RangeError(`it says ${length} bytes of data, but there are ${this.#total - this.#offset}`);
    }
    return { offset: this.#offset, length };
  }

  #align(): void {
    this.#offset += -(this.#offset - headerBytes) & 3;
  }
}
