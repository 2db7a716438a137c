import { ModelError } from '../../../core/errors.js';
import { consumersOf, type GraphNode, type Initializer, type ModelGraph, producerOf } from './model-graph.js';

/** A convolution with constant weights, and the Relu behind it when nothing else reads what lies between. */
export interface ConvLayer {
  readonly name: string;
  readonly node: GraphNode;
  /** Tensor it reads. */
  readonly input: string;
  /** [outputs, inputs / groups, kernel height, kernel width] */
  readonly weight: Initializer & { readonly data: Float32Array };
  readonly bias: (Initializer & { readonly data: Float32Array }) | null;
  readonly groups: number;
  readonly relu: GraphNode | null;
  /** What the convolution makes, and what leaves the layer: the same without a Relu. */
  readonly raw: string;
  readonly output: string;
  /** Where the layer reads pixels: how they become its input; else null. */
  readonly pixels: PixelInput | null;
}

/** Cast and Sub between a uint8 input of the graph and the first convolution. */
export interface PixelInput {
  /** Graph input, uint8. */
  readonly source: string;
  /** What is subtracted, a number a channel. */
  readonly mean: Float32Array;
}

/** All convolutions whose weights are constant, in the order of execution. @throws ModelError when one has none of its own name. */
export function convLayers(model: ModelGraph): ConvLayer[] {
  const layers = model.nodes
    .filter(({ operator, domain }) => operator === 'Conv' && domain === '')
    .flatMap((node) => {
      const layer = describe(model, node);
      return layer === null ? [] : [layer];
    });
  const names = new Set(layers.map(({ name }) => name));
  if (names.size < layers.length || names.has('')) {
    throw new ModelError(`graph "${model.graphName}": its convolutions need names of their own`);
  }
  return layers;
}

function describe(model: ModelGraph, node: GraphNode): ConvLayer | null {
  const [input = '', weightName = '', biasName] = node.inputs;
  const weight = floats(model, weightName);
  const bias = biasName === undefined || biasName === '' ? null : floats(model, biasName);
  if (weight === null || (biasName !== undefined && biasName !== '' && bias === null)) return null;
  const raw = node.outputs[0]!;
  const relu = soleRelu(model, raw);
  const { group } = node.attributes;
  return {
    name: node.name,
    node,
    input,
    weight,
    bias,
    groups: group && 'int' in group ? group.int : 1,
    relu,
    raw,
    output: relu?.outputs[0] ?? raw,
    pixels: pixelInput(model, input),
  };
}

function soleRelu(model: ModelGraph, tensor: string): GraphNode | null {
  const readers = consumersOf(model, tensor);
  const isOutput = model.outputs.some(({ name }) => name === tensor);
  return readers.length === 1 && !isOutput && readers[0]!.operator === 'Relu' ? readers[0]! : null;
}

function pixelInput(model: ModelGraph, tensor: string): PixelInput | null {
  const sub = producerOf(model, tensor);
  if (sub?.operator !== 'Sub' || consumersOf(model, tensor).length !== 1) return null;
  const cast = producerOf(model, sub.inputs[0] ?? '');
  const mean = floats(model, sub.inputs[1] ?? '');
  const source = model.inputs.find(({ name }) => name === cast?.inputs[0]);
  if (cast?.operator !== 'Cast' || mean === null || source?.type !== 'uint8') return null;
  const channels = source.shape[1] ?? 0;
  const perChannel = mean.data.length === channels && mean.shape[1] === channels;
  return perChannel ? { source: source.name, mean: mean.data } : null;
}

function floats(model: ModelGraph, name: string): ConvLayer['weight'] | null {
  const found = model.initializers.get(name);
  return found && found.data instanceof Float32Array ? { ...found, data: found.data } : null;
}
