import * as tf from '@tensorflow/tfjs';
import { TrainingError, UsageError } from '../../../core/errors.js';
import { adamStep } from '../wasm/adam-step.js';
import { openWasmBackend } from '../wasm/backend.js';
import { WasmHeap } from '../wasm/heap.js';
import { KernelOverrides } from '../wasm/kernel-overrides.js';
import { registerWasmKernels } from '../wasm/kernels.js';
import type { EngineOpener, Precision } from '../types.js';
import { batchNormRelu } from './batch-norm-relu.js';
import { DataType } from './constants.js';
import { OneDnn } from './context.js';
import { convStack } from './conv-stack.js';
import { convolutionForward } from './convolution.js';
import { HeapAddress } from './heap-address.js';
import { type KernelMemory, registerOneDnnKernels } from './kernels.js';
import type { OneDnnLibrary } from './library.js';

/** tfjs' wasm backend, its heavy kernels run by the system's oneDNN on the wasm heap itself. */
export const openOneDnn: EngineOpener = async ({ precision: wish, threads }) => {
  const context = new OneDnn(threads);
  try {
    const { library } = context;
    const precision = choosePrecision(wish, library);
    const type = precision === 'bf16' ? DataType.bf16 : DataType.fp32;
    const implementation = probe(context, type);
    const heap = new WasmHeap(await openWasmBackend());
    const memory: KernelMemory = { context, heap, address: new HeapAddress(heap) };
    const overrides = new KernelOverrides('wasm');
    registerWasmKernels(overrides, heap);
    registerOneDnnKernels(overrides, memory);
    return {
      name: 'onednn',
      detail: describe(library, precision, wish, threads, implementation),
      precision,
      tf,
      convStack: (x, layers, parameters, options) => convStack(memory, type, x, layers, parameters, options),
      batchNormRelu: (x, gamma, beta, options) => batchNormRelu(memory, x, gamma, beta, options),
      adamStep: (parameter, gradient, moments, options) => {
        adamStep(heap, parameter, gradient, moments, options);
      },
      [Symbol.asyncDispose]: () => {
        overrides[Symbol.dispose]();
        context[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  } catch (error) {
    context[Symbol.dispose]();
    throw error;
  }
};

/**
 * bf16 pays wherever the processor multiplies it: twice fp32 with AVX512_BF16 (Zen 5: 589 against 300 GFLOP/s), five times with AMX.
 * The choice follows from the processor, not from a measurement, so that a resumed run makes the same.
 */
function choosePrecision(wish: 'auto' | Precision, library: OneDnnLibrary): Precision {
  if (wish === 'bf16' && !library.hasBf16) {
    throw new UsageError('precision "bf16": this processor has no bf16 arithmetic (AVX512_BF16 or AMX)');
  }
  if (wish !== 'auto') return wish;
  return library.hasBf16 ? 'bf16' : 'fp32';
}

/** Refuses a library without optimised convolutions for this processor; names the ones it has. */
function probe(context: OneDnn, type: DataType): string {
  const image = { batch: 1, height: 16, width: 16, channels: 64 };
  const { implementation } = convolutionForward(
    context,
    { input: image, output: image, kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: [1, 1] },
    type,
  );
  if (implementation.startsWith('ref')) {
    throw new TrainingError(
      `oneDNN has only reference convolutions (${implementation}) for this ${process.arch} processor`,
    );
  }
  return implementation;
}

function describe(
  { version: { major, minor, patch }, hasBf16, hasAmx }: OneDnnLibrary,
  precision: Precision,
  wish: 'auto' | Precision,
  threads: number,
  implementation: string,
): string {
  const units = hasAmx ? 'AMX' : hasBf16 ? 'AVX512_BF16' : 'no bf16 arithmetic';
  const why = wish === 'auto' ? `chosen because of ${units}` : 'asked for';
  return [
    `oneDNN ${major}.${minor}.${patch}`,
    implementation,
    `${precision} (${why})`,
    `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    `tfjs ${tf.version_core} wasm`,
  ].join(', ');
}
