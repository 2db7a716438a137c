import type { LibraryHandle } from 'koffi';
import { type Call, declare, FLOAT, type Handle, HANDLE, INT, POINTER, type Value } from './c-api.js';
import { Algorithm, PropagationKind } from './constants.js';
import type { Operations } from './operations.js';

/** Room for any operation descriptor of version 2; the largest is about 6 KB. */
const DESCRIPTOR_BYTES = 16384;

/** oneDNN 2.x: an operation descriptor, filled by the library into memory of ours, becomes a primitive descriptor. */
export function declareOperationsV2(library: LibraryHandle, engine: Handle): Operations {
  const create = declare(library, 'dnnl_primitive_desc_create', [POINTER, POINTER, HANDLE, HANDLE, HANDLE]);
  const init = (name: string, parameters: string[]): Call =>
    declare(library, `dnnl_${name}_desc_init`, [POINTER, ...parameters]);
  const convolution = [INT, HANDLE, HANDLE, HANDLE]; // algorithm, then memory
  const window = [POINTER, POINTER, POINTER, POINTER]; // strides, dilation, padding before, padding after
  const functions = {
    convolutionForward: init('dilated_convolution_forward', [INT, ...convolution, HANDLE, ...window]),
    convolutionBackwardData: init('dilated_convolution_backward_data', [...convolution, ...window]),
    convolutionBackwardWeights: init('dilated_convolution_backward_weights', [
      ...convolution,
      HANDLE,
      ...window,
    ]),
    normalizationForward: init('batch_normalization_forward', [INT, HANDLE, FLOAT, 'uint']),
    normalizationBackward: init('batch_normalization_backward', [INT, HANDLE, HANDLE, FLOAT, 'uint']),
    poolingForward: init('pooling_forward', [INT, INT, HANDLE, HANDLE, POINTER, POINTER, POINTER, POINTER]),
    poolingBackward: init('pooling_backward', [INT, HANDLE, HANDLE, POINTER, POINTER, POINTER, POINTER]),
    matmul: init('matmul', [HANDLE, HANDLE, HANDLE, HANDLE]),
  };
  const make = (call: Call, hint: Handle, ...values: Value[]): Handle => {
    const descriptor = new Uint8Array(DESCRIPTOR_BYTES);
    call(descriptor, ...values);
    const result = new BigUint64Array(1);
    create(result, descriptor, 0, engine, hint);
    return Number(result[0]);
  };
  return {
    convolutionForward: (m) =>
      make(
        functions.convolutionForward,
        0,
        PropagationKind.forwardTraining,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        0,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
      ),
    convolutionBackwardData: (m, hint) =>
      make(
        functions.convolutionBackwardData,
        hint,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
      ),
    convolutionBackwardWeights: (m, hint) =>
      make(
        functions.convolutionBackwardWeights,
        hint,
        Algorithm.convolutionDirect,
        m.source,
        m.weights,
        0,
        m.destination,
        m.strides,
        m.dilation,
        m.paddingBefore,
        m.paddingAfter,
      ),
    normalizationForward: (m) =>
      make(functions.normalizationForward, 0, PropagationKind.forwardTraining, m.data, m.epsilon, m.flags),
    normalizationBackward: (m, hint) =>
      make(
        functions.normalizationBackward,
        hint,
        PropagationKind.backward,
        m.data,
        m.data,
        m.epsilon,
        m.flags,
      ),
    poolingForward: (m) =>
      make(
        functions.poolingForward,
        0,
        PropagationKind.forwardTraining,
        m.algorithm,
        m.source,
        m.destination,
        m.strides,
        m.kernel,
        m.paddingBefore,
        m.paddingAfter,
      ),
    poolingBackward: (m, hint) =>
      make(
        functions.poolingBackward,
        hint,
        m.algorithm,
        m.source,
        m.destination,
        m.strides,
        m.kernel,
        m.paddingBefore,
        m.paddingAfter,
      ),
    matmul: (a, b, result) => make(functions.matmul, 0, a, b, 0, result),
  };
}
