import type * as tf from '@tensorflow/tfjs';
import type { WasmHeap } from '../wasm/heap.js';
import { type Address, addressOf } from './native-buffer.js';

/** Addresses of tensors of the wasm backend: valid until the next allocation, which may grow (and move) the heap. */
export class HeapAddress {
  readonly #heap: WasmHeap;
  #buffer: ArrayBuffer | undefined;
  #base: Address = 0;

  constructor(heap: WasmHeap) {
    this.#heap = heap;
  }

  of(tensor: tf.TensorInfo): Address {
    const { buffer } = this.#heap.backend.wasm.HEAPU8;
    if (buffer !== this.#buffer) {
      this.#buffer = buffer;
      this.#base = addressOf(buffer);
    }
    return this.#base + this.#heap.offset(tensor);
  }
}
