import type { InferenceSession } from 'onnxruntime-node';
import { ModelError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';

/** A tensor a graph takes or gives, as the contract wants it. */
export interface TensorSignature {
  readonly name: string;
  readonly type: 'uint8' | 'float32';
  readonly shape: readonly number[];
}

export interface GraphSignature {
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
}

/** `template` uint8 [1, 3, s, s] -> `features` float32 [1, c, h, w]. */
export function templateSignature({ template }: ModelContract): GraphSignature {
  return {
    inputs: [crop('template', template.cropSize)],
    outputs: [floats('features', template.features)],
  };
}

/** `search` uint8 [1, 3, s, s], `features`, perhaps `extent` float32 [1, 2] -> `scores` float32 [1, 1, n, n], `distances` float32 [1, 4, n, n], perhaps `cells` float32 [1, c, n, n]. */
export function searchSignature({ template, search, response }: ModelContract): GraphSignature {
  return {
    inputs: [
      crop('search', search.cropSize),
      floats('features', template.features),
      ...(search.extent ? [floats('extent', [2])] : []),
    ],
    outputs: [
      floats('scores', [1, response.size, response.size]),
      floats('distances', [4, response.size, response.size]),
      ...(search.cells === undefined ? [] : [floats('cells', [search.cells, response.size, response.size])]),
    ],
  };
}

/** Compares what a loaded graph declares with what the contract promises. @throws ModelError naming the tensor. */
export function checkSignature(session: InferenceSession, expected: GraphSignature, origin: string): void {
  checkTensors(session.inputMetadata, expected.inputs, `${origin}: input`);
  checkTensors(session.outputMetadata, expected.outputs, `${origin}: output`);
}

function checkTensors(
  actual: readonly InferenceSession.ValueMetadata[],
  expected: readonly TensorSignature[],
  origin: string,
): void {
  const shown = new Map(actual.map((tensor) => [tensor.name, describe(tensor)]));
  for (const tensor of expected) {
    const found = shown.get(tensor.name);
    const wanted = `${tensor.type} [${tensor.shape.join(', ')}]`;
    if (found === wanted) continue;
    throw new ModelError(`${origin} "${tensor.name}" is ${found ?? 'missing'}, the contract says ${wanted}`);
  }
  const extra = actual.find(({ name }) => expected.every((tensor) => tensor.name !== name));
  if (extra !== undefined) throw new ModelError(`${origin} "${extra.name}" is not in the contract`);
}

function describe(tensor: InferenceSession.ValueMetadata): string {
  return tensor.isTensor ? `${tensor.type} [${tensor.shape.join(', ')}]` : 'not a tensor';
}

function crop(name: string, side: number): TensorSignature {
  return { name, type: 'uint8', shape: [1, 3, side, side] };
}

function floats(name: string, shape: readonly number[]): TensorSignature {
  return { name, type: 'float32', shape: [1, ...shape] };
}
