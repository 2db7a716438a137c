import type * as tf from '@tensorflow/tfjs';
import { registerBroadcastKernels } from './broadcast.js';
import { convolutionFilterGradient } from './filter-gradient.js';
import type { WasmHeap } from './heap.js';
import type { KernelOverrides } from './kernel-overrides.js';
import { averagePoolGradient, maxPoolGradient } from './pooling-gradient.js';
import { segmentSum } from './segment-sum.js';
import { slice, unpack } from './slice.js';
import { tile } from './tile.js';

/** Kernels that tfjs' wasm backend lacks, or that are needlessly slow there. */
export function registerWasmKernels(overrides: KernelOverrides, heap: WasmHeap): void {
  overrides.set(
    'Identity',
    () =>
      ({ inputs }) =>
        identity(heap, inputs['x']!),
  );
  overrides.set('Slice', (original) => slice(heap, original));
  overrides.set('Unpack', () => unpack(heap));
  overrides.set('Tile', (original) => tile(heap, original));
  overrides.set('UnsortedSegmentSum', () => segmentSum(heap));
  overrides.set('Conv2DBackpropFilter', () => convolutionFilterGradient(heap));
  overrides.set('MaxPoolGrad', () => maxPoolGradient(heap));
  overrides.set('AvgPoolGrad', () => averagePoolGradient(heap));
  registerBroadcastKernels(overrides, heap);
}

/** Shares the memory, where the backend's own kernel copies it; tfjs clones every tensor that a gradient keeps. */
function identity(heap: WasmHeap, x: tf.TensorInfo): tf.TensorInfo {
  heap.backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}
