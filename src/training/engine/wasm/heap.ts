import * as tf from '@tensorflow/tfjs';
import { type WasmBackend } from './backend.js';

const BYTES_PER_FLOAT = 4;

/** Direct access to tensors in the heap of the wasm backend. */
export class WasmHeap {
  constructor(readonly backend: WasmBackend) {}

  /** Where the tensor begins, in bytes from the start of the heap. */
  offset({ dataId }: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** The tensor's floats themselves: valid until the next allocation. */
  floats(tensor: tf.TensorInfo): Float32Array {
    const length = tensor.shape.reduce((size, side) => size * side, 1);
    return new Float32Array(this.backend.wasm.HEAPU8.buffer, this.offset(tensor), length);
  }

  /** Result of a kernel: fp32, not initialised. */
  output(shape: readonly number[]): tf.TensorInfo {
    return this.backend.makeOutput(shape, 'float32');
  }

  /** Tensor in the scope of the current `tf.tidy`: fp32, not initialised. */
  tensor<R extends tf.Rank = tf.Rank>(shape: readonly number[]): tf.Tensor<R> {
    return tf.engine().makeTensorFromTensorInfo(this.output(shape)) as tf.Tensor<R>;
  }

  /** As {@link tensor}, for bytes of any meaning. */
  bytes(count: number): tf.Tensor {
    return this.tensor([Math.ceil(count / BYTES_PER_FLOAT)]);
  }
}
