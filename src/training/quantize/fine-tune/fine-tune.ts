import type { Engine } from '../../engine/types.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { type ConvLayer, convLayers } from '../graph/conv-layers.js';
import { type GraphNode, type ModelGraph, replaceInitializers, writeGraph } from '../graph/model-graph.js';
import { insertQdq, type QdqOptions } from '../qdq/insert-qdq.js';
import type { Feeds } from '../ranges/observe.js';
import { openGraphSession } from '../session/graph-session.js';
import { type LayerTask, tuneLayer, type TuneOptions } from './tune-layer.js';

export interface FineTuneOptions extends TuneOptions {
  readonly qdq: QdqOptions;
  /** Inputs of the graph; no label. */
  readonly runs: readonly Feeds[];
  readonly onLayer?: (layer: string) => void;
}

/** Squared error of one layer's answers as a share of their mean square, on crops that taught nothing. */
export interface LayerGain {
  readonly layer: string;
  readonly before: number;
  readonly after: number;
}

export interface FineTuned {
  /** The float graph with other weights and biases: what is quantized next. */
  readonly graph: ModelGraph;
  readonly gains: readonly LayerGain[];
}

/**
 * Quantization-aware fine-tuning, layer after layer (Hubara, Nahshan, Hanani, Banner, Soudry 2021, "Accurate Post Training Quantization With Small
 * Calibration Sets", sec. 3): weights and bias of every layer in 8 bits learn to make, from what the layers in 8 bits before it give, what the float layer
 * makes. Nothing is taught but the float model's own answers. A layer that does not gain on crops kept aside stays as it is; grouped and dilated
 * convolutions do, too.
 */
export async function fineTune(
  engine: Pick<Engine, 'tf'>,
  runtime: OrtRuntime,
  model: ModelGraph,
  { qdq, runs, onLayer, ...tuning }: FineTuneOptions,
): Promise<FineTuned> {
  const layers = convLayers(model).filter((layer) => !qdq.keepFloat.has(layer.name) && isPlain(layer));
  const gains: LayerGain[] = [];
  let graph = model;
  for (const layer of layers) {
    const task = taskOf(runtime, layer, { float: model, quantized: insertQdq(graph, qdq), runs });
    const { weight, bias } = convLayers(graph).find(({ name }) => name === layer.name)!;
    const start = { filter: weight.data, bias: bias?.data ?? new Float32Array(weight.shape[0]!) };
    const tuned = await tuneLayer(engine, task, start, tuning);
    const { before, after } = tuned;
    gains.push({ layer: layer.name, before, after });
    if (after < before)
      graph = replaceInitializers(graph, [
        { ...weight, data: tuned.filter },
        ...(bias ? [{ ...bias, data: tuned.bias }] : []),
      ]);
    onLayer?.(layer.name);
  }
  return { graph, gains };
}

function isPlain({ groups, node }: ConvLayer): boolean {
  const dilations = integers(node, 'dilations', [1, 1]);
  return groups === 1 && dilations.every((one) => one === 1);
}

function integers({ attributes }: GraphNode, name: string, usual: readonly number[]): readonly number[] {
  const found = attributes[name];
  return found && 'ints' in found ? found.ints : usual;
}

function taskOf(
  runtime: OrtRuntime,
  layer: ConvLayer,
  { float, quantized, runs }: { float: ModelGraph; quantized: ModelGraph; runs: readonly Feeds[] },
): LayerTask {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = layer.weight.shape;
  // pixels come as they are, whatever stands for their zero
  const read = layer.pixels
    ? { graph: float, tensor: layer.input }
    : { graph: quantized, tensor: quantized.nodes.find(({ name }) => name === layer.name)!.inputs[0]! };
  const given = picturesOf(runtime, read.graph, read.tensor, runs, inputs);
  return {
    inputs: given,
    targets: picturesOf(runtime, float, layer.output, runs, outputs),
    shape: [outputs, inputs, height, width],
    stride: integers(layer.node, 'strides', [1, 1]) as LayerTask['stride'],
    padding: integers(layer.node, 'pads', [0, 0, 0, 0]) as LayerTask['padding'],
    relu: layer.relu !== null,
    biased: layer.bias !== null,
    side: Math.sqrt(given[0]!.length / inputs),
  };
}

/** A tensor over all runs, channels last. */
function picturesOf(
  runtime: OrtRuntime,
  graph: ModelGraph,
  tensor: string,
  runs: readonly Feeds[],
  channels: number,
): Float32Array[] {
  // nothing is fused: what lies between rounding and convolution can be looked at
  using session = openGraphSession(runtime, writeGraph(graph, [tensor]), graph.graphName, {
    optimisation: 'disabled',
  });
  return runs.map((feeds) => {
    const planes = session.run(feeds, [tensor])[tensor]!;
    const cells = planes.length / channels;
    return Float32Array.from(
      planes,
      (_, index) => planes[(index % channels) * cells + Math.floor(index / channels)]!,
    );
  });
}
