import type { LibraryHandle } from 'koffi';
import type { Handle } from './c-api.js';
import { declareOperationsV2 } from './operations-v2.js';
import { declareOperationsV3 } from './operations-v3.js';

/** Spatial parameters of a convolution or pooling: rows, columns. */
export interface Window {
  readonly strides: BigInt64Array;
  /** Zeros between the taps of the kernel, 0 for a dense one. */
  readonly dilation: BigInt64Array;
  readonly paddingBefore: BigInt64Array;
  readonly paddingAfter: BigInt64Array;
}

/** Memory descriptors. */
export interface ConvolutionMemory extends Window {
  readonly source: Handle;
  readonly weights: Handle;
  readonly destination: Handle;
}

export interface NormalizationMemory {
  readonly data: Handle;
  readonly epsilon: number;
  readonly flags: number;
}

export interface PoolingMemory extends Window {
  readonly algorithm: number;
  readonly source: Handle;
  readonly destination: Handle;
  readonly kernel: BigInt64Array;
}

/** Makes primitive descriptors: one signature over the two C APIs. `hint` is the descriptor of the forward pass. */
export interface Operations {
  convolutionForward(memory: ConvolutionMemory): Handle;
  convolutionBackwardData(memory: ConvolutionMemory, hint: Handle): Handle;
  convolutionBackwardWeights(memory: ConvolutionMemory, hint: Handle): Handle;
  normalizationForward(memory: NormalizationMemory): Handle;
  normalizationBackward(memory: NormalizationMemory, hint: Handle): Handle;
  poolingForward(memory: PoolingMemory): Handle;
  poolingBackward(memory: PoolingMemory, hint: Handle): Handle;
  matmul(a: Handle, b: Handle, result: Handle): Handle;
}

export function declareOperations(library: LibraryHandle, major: 2 | 3, engine: Handle): Operations {
  return major === 3 ? declareOperationsV3(library, engine) : declareOperationsV2(library, engine);
}
