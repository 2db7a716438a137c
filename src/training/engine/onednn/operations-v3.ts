import type { LibraryHandle } from 'koffi';
import { type Call, declare, FLOAT, type Handle, HANDLE, INT, POINTER, type Value } from './c-api.js';
import { Algorithm, PropagationKind } from './constants.js';
import type { Operations } from './operations.js';

/** No attributes, no hint, no bias. */
const NONE = 0;

/** oneDNN 3.x: primitive descriptors are made in one call. */
export function declareOperationsV3(library: LibraryHandle, engine: Handle): Operations {
  const create = (name: string, parameters: string[]): Call =>
    declare(library, `dnnl_${name}_primitive_desc_create`, [POINTER, HANDLE, ...parameters]);
  const window = [POINTER, POINTER, POINTER, POINTER]; // strides, dilation, padding before, padding after
  const memory = [HANDLE, HANDLE, HANDLE];
  const hintAndAttributes = [HANDLE, HANDLE];
  const functions = {
    convolutionForward: create('convolution_forward', [INT, INT, ...memory, HANDLE, ...window, HANDLE]),
    convolutionBackwardData: create('convolution_backward_data', [
      INT,
      ...memory,
      ...window,
      ...hintAndAttributes,
    ]),
    convolutionBackwardWeights: create('convolution_backward_weights', [
      INT,
      ...memory,
      HANDLE,
      ...window,
      ...hintAndAttributes,
    ]),
    normalizationForward: create('batch_normalization_forward', [INT, HANDLE, HANDLE, FLOAT, 'uint', HANDLE]),
    normalizationBackward: create('batch_normalization_backward', [
      INT,
      ...memory,
      FLOAT,
      'uint',
      ...hintAndAttributes,
    ]),
    poolingForward: create('pooling_forward', [
      INT,
      INT,
      HANDLE,
      HANDLE,
      POINTER,
      POINTER,
      POINTER,
      POINTER,
      POINTER,
      HANDLE,
    ]),
    poolingBackward: create('pooling_backward', [
      INT,
      HANDLE,
      HANDLE,
      POINTER,
      POINTER,
      POINTER,
      POINTER,
      POINTER,
      ...hintAndAttributes,
    ]),
    matmul: create('matmul', [...memory, HANDLE, HANDLE]),
  };
  const make = (call: Call, ...values: Value[]): Handle => {
    const result = new BigUint64Array(1);
    call(result, engine, ...values);
    return Number(result[0]);
  };
  return {
    convolutionForward: (m) =>
      make(
        functions.convolutionForward,
        PropagationKind.forwardTraining,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        NONE,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
        NONE,
      ),
    convolutionBackwardData: (m, hint) =>
      make(
        functions.convolutionBackwardData,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
        hint,
        NONE,
      ),
    convolutionBackwardWeights: (m, hint) =>
      make(
        functions.convolutionBackwardWeights,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        NONE,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
        hint,
        NONE,
      ),
    normalizationForward: (m) =>
      make(
        functions.normalizationForward,
        PropagationKind.forwardTraining,
        m.data,
        m.data,
        m.epsilon,
        m.flags,
        NONE,
      ),
    normalizationBackward: (m, hint) =>
      make(
        functions.normalizationBackward,
        PropagationKind.backward,
        m.data,
        m.data,
        m.data,
        m.epsilon,
        m.flags,
        hint,
        NONE,
      ),
    poolingForward: (m) =>
      make(
        functions.poolingForward,
        PropagationKind.forwardTraining,
        m.algorithm,
        m.source,
        m.destination,
        m.strides,
        m.kernel,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
        NONE,
      ),
    poolingBackward: (m, hint) =>
      make(
        functions.poolingBackward,
        m.algorithm,
        m.source,
        m.destination,
        m.strides,
        m.kernel,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
        hint,
        NONE,
      ),
    matmul: (a, b, result) => make(functions.matmul, a, b, NONE, result, NONE),
  };
}
