import * as tf from '@tensorflow/tfjs';
import { size } from '../sides.js';
import type { WasmBackend } from './backend.js';

const BYTES_PER_FLOAT = 4;

/** Direct access to tensors in the heap of the wasm backend. */
export class WasmHeap {
  constructor(readonly backend: WasmBackend) {}

  /** Where the tensor begins, in bytes from the start of the heap. */
  offset({ dataId }: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** The floats of an fp32 tensor themselves: valid until the next allocation. */
  floats(tensor: tf.TensorInfo): Float32Array {
    return new Float32Array(this.backend.wasm.HEAPU8.buffer, this.offset(tensor), size(tensor.shape));
  }

  /** As {@link floats}, for a tensor of any numeric type. */
  values(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array {
    const { buffer } = this.backend.wasm.HEAPU8;
    const [offset, length] = [this.offset(tensor), size(tensor.shape)];
    if (tensor.dtype === 'int32') return new Int32Array(buffer, offset, length);
    if (tensor.dtype === 'bool') return new Uint8Array(buffer, offset, length);
    return new Float32Array(buffer, offset, length);
  }

  /** Result of a kernel, not initialised. */
  output(shape: readonly number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    return this.backend.makeOutput(shape, dtype);
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
