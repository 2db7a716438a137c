import { ModelError } from '../../../core/errors.js';
import {
  consumersOf,
  dropUnusedInitializers,
  type GraphNode,
  type Initializer,
  type ModelGraph,
} from './model-graph.js';

export interface FoldedGraph {
  readonly graph: ModelGraph;
  /** Names of the normalisations that are gone; none where export had folded them. */
  readonly folded: readonly string[];
}

/**
 * Folds every BatchNormalization into the convolution before it: w' = w g / s, b' = (b - m) g / s + o with s = sqrt(variance + epsilon)
 * (Jacob et al. 2018, sec. 3.2). One that does not directly follow a convolution with constant weights is left.
 */
export function foldBatchNorm(model: ModelGraph): FoldedGraph {
  const folded: string[] = [];
  let graph = model;
  for (const norm of model.nodes.filter(({ operator }) => operator === 'BatchNormalization')) {
    const next = foldOne(graph, norm);
    if (next === null) continue;
    graph = next;
    folded.push(norm.name);
  }
  return { graph: folded.length > 0 ? dropUnusedInitializers(graph) : model, folded };
}

function foldOne(model: ModelGraph, norm: GraphNode): ModelGraph | null {
  const [x = '', ...names] = norm.inputs;
  const conv = model.nodes.find(({ operator, outputs }) => operator === 'Conv' && outputs[0] === x);
  const weight = model.initializers.get(conv?.inputs[1] ?? '');
  if (!conv || !weight || consumersOf(model, x).length !== 1) return null;
  const [gain, offset, mean, variance] = names.map((name) => floats(model, name)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const old = conv.inputs[2] ? floats(model, conv.inputs[2]) : new Float32Array(gain.length);
  const { epsilon } = norm.attributes;
  const floor = epsilon && 'float' in epsilon ? epsilon.float : 1e-5;
  const scale = gain.map((value, channel) => value / Math.sqrt(variance[channel]! + floor));
  const taps = weight.data.length / gain.length;
  const filters = floats(model, weight.name).map((value, index) => value * scale[Math.floor(index / taps)]!);
  const bias = old.map((value, channel) => (value - mean[channel]!) * scale[channel]! + offset[channel]!);
  const initializers = new Map(model.initializers);
  const own = (stem: string, data: Float32Array, shape: readonly number[]): Initializer => {
    const made: Initializer = { name: `${norm.name}_folded_${stem}`, type: 'float32', shape, data };
    initializers.set(made.name, made);
    return made;
  };
  const inputs = [
    conv.inputs[0]!,
    own('weight', filters, weight.shape).name,
    own('bias', bias, [bias.length]).name,
  ];
  return {
    ...model,
    initializers,
    nodes: model.nodes
      .filter((node) => node !== norm)
      .map((node) => (node === conv ? { ...node, inputs, outputs: norm.outputs.slice(0, 1) } : node)),
  };
}

function floats(model: ModelGraph, name: string): Float32Array {
  const data = model.initializers.get(name)?.data;
  if (data instanceof Float32Array) return data;
  throw new ModelError(`"${name}" beside a BatchNormalization is no float32 constant`);
}
