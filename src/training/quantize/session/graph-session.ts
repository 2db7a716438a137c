import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../../../core/errors.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { elementCount, type Shape } from '../../onnx/shape.js';

/** A tensor handed to a graph. */
export interface Feed {
  readonly data: Float32Array | Uint8Array;
  readonly shape: Shape;
}

/** A graph that is ready to run, on the CPU, in this thread. */
export interface GraphSession extends Disposable {
  /** @returns the float32 outputs asked for, as arrays of their own. */
  run(feeds: Readonly<Record<string, Feed>>, outputs: readonly string[]): Record<string, Float32Array>;
}

export interface SessionSettings {
  /** `disabled` computes every node as it is written, QuantizeLinear and all; `all` as it ships. Default `all`. */
  readonly optimisation?: InferenceSession.SessionOptions['graphOptimizationLevel'];
  /** Where onnxruntime shall write the graph it really runs. */
  readonly optimisedFile?: string;
}

/** @throws ModelError naming `origin` when onnxruntime does not take the graph. */
export function openGraphSession(
  runtime: OrtRuntime,
  graph: Uint8Array,
  origin: string,
  { optimisation = 'all', optimisedFile }: SessionSettings = {},
): GraphSession {
  const refuse = (cause: unknown): never => {
    throw new ModelError(`${origin}: ${cause instanceof Error ? cause.message.trim() : String(cause)}`, {
      cause,
    });
  };
  const open = () => {
    try {
      return runtime.createSession(graph, {
        graphOptimizationLevel: optimisation,
        ...(optimisedFile === undefined ? {} : { optimizedModelFilePath: optimisedFile }),
      });
    } catch (cause) {
      return refuse(cause);
    }
  };
  const session = open();
  let open_ = true;
  return {
    run(feeds, outputs) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, shape }]) => [name, tensorOf(runtime, data, shape)]),
      );
      const wanted = Object.fromEntries(outputs.map((name) => [name, null]));
      try {
        const found = session.run(tensors, wanted, {}) as Record<string, Tensor>;
        return Object.fromEntries(outputs.map((name) => [name, found[name]!.data as Float32Array]));
      } catch (cause) {
        return refuse(cause);
      }
    },
    [Symbol.dispose]() {
      if (open_) session.dispose();
      open_ = false;
    },
  };
}

function tensorOf(runtime: OrtRuntime, data: Feed['data'], shape: Shape): Tensor {
  if (data.length !== elementCount(shape))
    throw new ModelError(`a tensor of ${data.length} numbers for shape [${shape.join(', ')}]`);
  return data instanceof Uint8Array
    ? new runtime.Tensor('uint8', data, [...shape])
    : new runtime.Tensor('float32', data, [...shape]);
}
