import type * as tf from '@tensorflow/tfjs';
import { type WasmHeap } from './heap.js';
import { type KernelOverrides } from './kernel-overrides.js';

/** Kernels that tfjs' wasm backend lacks or that cost too much there. */
export function registerWasmKernels(overrides: KernelOverrides, heap: WasmHeap): void {
  overrides.set(
    'Identity',
    () =>
      ({ inputs }) =>
        identity(heap, inputs['x']!),
  );
}

/** Shares the memory, where the backend's own kernel copies it; tfjs clones every tensor that a gradient keeps. */
function identity(heap: WasmHeap, x: tf.TensorInfo): tf.TensorInfo {
  heap.backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}
