import koffi from 'koffi';

/** Address in this process. Linux gives user space 47 bits, which a double holds exactly. */
export type Address = number;

const ALIGNMENT = 64;

/** Memory outside the wasm heap that a library may point into for as long as this object lives. */
export class NativeBuffer {
  readonly address: Address;
  readonly bytes: number;
  readonly #memory: ArrayBuffer;

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#memory = new ArrayBuffer(bytes + ALIGNMENT); // an ArrayBuffer of its own is never moved
    this.address = Math.ceil(addressOf(this.#memory) / ALIGNMENT) * ALIGNMENT;
  }

  /** The first `length` floats. */
  floats(length: number): Float32Array {
    return new Float32Array(this.#memory, this.address - addressOf(this.#memory), length);
  }
}

export function addressOf(memory: ArrayBuffer | ArrayBufferView): Address {
  return Number(koffi.address(memory));
}
