import type { Handle } from './c-api.js';
import { Argument } from './constants.js';
import type { OneDnn } from './context.js';
import { type Address, addressOf } from './native-buffer.js';

/** Which argument (DNNL_ARG_*) has which memory descriptor. */
export type ArgumentList = readonly (readonly [argument: number, descriptor: Handle])[];

/** One operation compiled for fixed shapes. Runs on addresses given in the order of its argument list. */
export class Primitive {
  readonly implementation: string;
  readonly #context: OneDnn;
  readonly #handle: Handle;
  readonly #memories: readonly Handle[];
  /** Address that each memory object points to now. */
  readonly #addresses: Address[];
  readonly #table: Address;

  constructor(context: OneDnn, descriptor: Handle, argumentList: ArgumentList) {
    const { api } = context;
    this.#context = context;
    this.implementation = context.implementation(descriptor);
    context.destroyAtEnd(api.primitiveDescriptorDestroy, descriptor);
    this.#handle = context.create(api.primitiveCreate, descriptor);
    context.destroyAtEnd(api.primitiveDestroy, this.#handle);
    this.#memories = argumentList.map(([, memory]) => {
      const handle = context.create(api.memoryCreate, memory, context.engine, 0);
      context.destroyAtEnd(api.memoryDestroy, handle);
      return handle;
    });
    this.#addresses = argumentList.map(() => 0);
    // dnnl_exec_arg_t is an int, padded to eight bytes, and a pointer
    const words = argumentList.flatMap(([argument], i) => [BigInt(argument), BigInt(this.#memories[i]!)]);
    const table = context.retain(
      new BigUint64Array(new ArrayBuffer(words.length * BigUint64Array.BYTES_PER_ELEMENT)),
    );
    table.set(words); // little-endian, as all machines of oneDNN: the low half of the first word is the int
    this.#table = addressOf(table);
  }

  run(...addresses: readonly Address[]): void {
    const { api, stream } = this.#context;
    for (let i = 0; i < this.#memories.length; i++) {
      const address = addresses[i]!;
      if (this.#addresses[i] === address) continue;
      api.memorySetAddress(this.#memories[i]!, address);
      this.#addresses[i] = address;
    }
    api.primitiveExecute(this.#handle, stream, this.#memories.length, this.#table);
  }
}

/** Copies between layouts or types; undefined where they agree already. */
export function reorder(context: OneDnn, from: Handle, to: Handle): Primitive | undefined {
  const { api, engine } = context;
  if (api.descriptorEqual(from, to) !== 0) return undefined;
  const descriptor = context.create(api.reorderDescriptor, from, engine, to, engine, 0);
  return new Primitive(context, descriptor, [
    [Argument.source, from],
    [Argument.destination, to],
  ]);
}
