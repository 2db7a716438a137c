import * as tf from '@tensorflow/tfjs';
import { refuseBf16 } from '../composed/engine.js';
import { composedStack } from '../composed/stack.js';
import type { EngineOpener } from '../types.js';
import { adamStep } from './adam-step.js';
import { openWasmBackend } from './backend.js';
import { batchNormRelu } from './batch-norm-relu.js';
import { WasmHeap } from './heap.js';
import { KernelOverrides } from './kernel-overrides.js';
import { registerWasmKernels } from './kernels.js';

/** tfjs' wasm backend, completed: slow, but needs nothing else. */
export const openWasm: EngineOpener = async ({ precision }) => {
  refuseBf16(precision, 'the wasm backend');
  const heap = new WasmHeap(await openWasmBackend());
  const overrides = new KernelOverrides('wasm');
  registerWasmKernels(overrides, heap);
  const norm = batchNormRelu.bind(undefined, heap);
  return {
    name: 'wasm',
    detail: `tfjs ${tf.version_core} wasm (SIMD), fp32, 1 thread`,
    precision: 'fp32',
    tf,
    convStack: (x, layers, parameters, options) => composedStack(norm, x, layers, parameters, options),
    batchNormRelu: norm,
    adamStep: (parameter, gradient, moments, options) => {
      adamStep(heap, parameter, gradient, moments, options);
    },
    [Symbol.asyncDispose]: () => {
      overrides[Symbol.dispose]();
      return Promise.resolve();
    },
  };
};
