import * as tf from '@tensorflow/tfjs';
import { refuseBf16 } from '../composed/engine.js';
import { composedStack } from '../composed/stack.js';
import type { EngineOpener } from '../types.js';
import { adamStep } from '../wasm/adam-step.js';
import { openWasmBackend } from '../wasm/backend.js';
import { batchNormRelu } from '../wasm/batch-norm-relu.js';
import { WasmHeap } from '../wasm/heap.js';
import { KernelOverrides } from '../wasm/kernel-overrides.js';
import { registerWasmKernels } from '../wasm/kernels.js';
import { loadOrt } from './binding.js';
import { OrtKernels } from './kernels.js';

/** tfjs' wasm backend, its convolutions and matrix products run by onnxruntime: for machines without oneDNN. */
export const openOrt: EngineOpener = async ({ precision, threads }) => {
  refuseBf16(precision, 'onnxruntime');
  const runtime = loadOrt(threads);
  const heap = new WasmHeap(await openWasmBackend());
  const overrides = new KernelOverrides('wasm');
  const kernels = new OrtKernels(runtime, heap);
  registerWasmKernels(overrides, heap);
  kernels.register(overrides);
  const norm = batchNormRelu.bind(undefined, heap);
  return {
    name: 'ort',
    detail: `onnxruntime ${runtime.version}, fp32, ${threads} ${threads === 1 ? 'thread' : 'threads'}, tfjs ${tf.version_core} wasm`,
    precision: 'fp32',
    tf,
    convStack: (x, layers, parameters, options) => composedStack(norm, x, layers, parameters, options),
    batchNormRelu: norm,
    adamStep: (parameter, gradient, moments, options) => {
      adamStep(heap, parameter, gradient, moments, options);
    },
    [Symbol.asyncDispose]: () => {
      overrides[Symbol.dispose]();
      kernels[Symbol.dispose]();
      return Promise.resolve();
    },
  };
};
