import koffi from 'koffi';
import { type Api, declareApi, type Handle, type Value } from './c-api.js';
import { type DataType, EngineKind, FORMAT_ANY, Query, StreamFlags } from './constants.js';
import { loadOneDnn, type OneDnnLibrary } from './library.js';
import { type Address, addressOf, NativeBuffer } from './native-buffer.js';
import { declareOperations, type Operations } from './operations.js';

/** Room for a memory descriptor of version 2, which is about 700 bytes. */
const DESCRIPTOR_BYTES = 2048;
const IMPLEMENTATION_NAME_LENGTH = 100;
/** Scratch buffers grow by this much more than asked, so that shapes that creep up do not reallocate each time. */
const SCRATCH_SLACK = 1.25;

/** The library with one CPU engine and stream, and everything made in it: primitives by shape, scratch memory. */
export class OneDnn implements Disposable {
  readonly library: OneDnnLibrary;
  readonly api: Api;
  readonly operations: Operations;
  readonly engine: Handle;
  readonly stream: Handle;
  readonly #retained: ArrayBufferView[] = [];
  readonly #destroyers: (() => void)[] = [];
  readonly #made = new Map<string, unknown>();
  readonly #scratch = new Map<string, NativeBuffer>();

  constructor(threads: number) {
    this.library = loadOneDnn(threads);
    const { handle, version } = this.library;
    this.api = declareApi(handle, version.major);
    this.engine = this.create(this.api.engineCreate, EngineKind.cpu, 0);
    this.destroyAtEnd(this.api.engineDestroy, this.engine);
    this.stream = this.create(this.api.streamCreate, this.engine, StreamFlags.inOrder);
    this.destroyAtEnd(this.api.streamDestroy, this.stream);
    this.operations = declareOperations(handle, version.major, this.engine);
  }

  /** Calls a function whose first parameter receives the object it makes. */
  create(call: (...values: Value[]) => void, ...values: Value[]): Handle {
    const result = new BigUint64Array(1);
    call(result, ...values);
    return Number(result[0]);
  }

  /** Has `handle` destroyed when this context is disposed of. */
  destroyAtEnd(destroy: (...values: Value[]) => void, handle: Handle): void {
    this.#destroyers.push(() => {
      destroy(handle);
    });
  }

  /** Keeps a buffer that the library points into. */
  retain<T extends ArrayBufferView>(buffer: T): T {
    this.#retained.push(buffer);
    return buffer;
  }

  /** Memory descriptor of a dense tensor by its strides in elements; without strides the library chooses the layout. */
  descriptor(sides: readonly number[], type: DataType, strides?: readonly number[]): Handle {
    const isHandle = this.library.version.major === 3;
    const result = isHandle ? new BigUint64Array(1) : this.retain(new Uint8Array(DESCRIPTOR_BYTES));
    if (strides) {
      this.api.descriptorWithStrides(result, sides.length, int64(sides), type, int64(strides));
    } else {
      this.api.descriptorWithTag(result, sides.length, int64(sides), type, FORMAT_ANY);
    }
    if (!(result instanceof BigUint64Array)) return addressOf(result);
    const handle = Number(result[0]);
    if (this.api.descriptorDestroy) this.destroyAtEnd(this.api.descriptorDestroy, handle);
    return handle;
  }

  /** Bytes of memory a descriptor asks for. */
  size(descriptor: Handle): number {
    return this.api.descriptorSize(descriptor);
  }

  /** Memory descriptor that a primitive chose. */
  queryDescriptor(primitiveDescriptor: Handle, what: number): Handle {
    return Number(this.api.queryDescriptor(primitiveDescriptor, what, 0));
  }

  /** Name of the code that a primitive runs, such as `brgconv:avx512_core_bf16`. */
  implementation(primitiveDescriptor: Handle): string {
    const name = new BigUint64Array(1);
    this.api.query(primitiveDescriptor, Query.implementation, 0, name);
    return koffi.decode.string(name[0], IMPLEMENTATION_NAME_LENGTH).split('\0')[0] ?? '';
  }

  /** What `make` returned the first time it was asked for `key`. */
  once<T>(key: string, make: () => T): T {
    const known = this.#made.get(key);
    if (known !== undefined) return known as T;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  /** Memory for the duration of one operation, one block for each role in it: calls are synchronous. */
  scratch(role: string, bytes: number): Address {
    let buffer = this.#scratch.get(role);
    if (!buffer || buffer.bytes < bytes) {
      buffer = new NativeBuffer(Math.ceil(bytes * SCRATCH_SLACK));
      this.#scratch.set(role, buffer);
    }
    return buffer.address;
  }

  /** Bytes of scratch memory held. */
  get scratchBytes(): number {
    return [...this.#scratch.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  [Symbol.dispose](): void {
    for (const destroy of this.#destroyers.splice(0).reverse()) destroy();
    this.#made.clear();
    this.#scratch.clear();
    this.#retained.length = 0;
  }
}

/** Sides or strides as the library reads them. */
export function int64(values: readonly number[]): BigInt64Array {
  return BigInt64Array.from(values, BigInt);
}
