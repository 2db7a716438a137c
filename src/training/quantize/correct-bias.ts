import type { OrtRuntime } from '../engine/ort/binding.js';
import { type ConvLayer, convLayers } from './graph/conv-layers.js';
import { type ModelGraph, replaceInitializers, writeGraph } from './graph/model-graph.js';
import { insertQdq, type QdqOptions } from './qdq/insert-qdq.js';
import type { Feeds } from './ranges/observe.js';
import { openGraphSession } from './session/graph-session.js';

/**
 * Bias correction (Nagel et al. 2019, sec. 4.2, measured on data as in their appendix D): rounding shifts the mean of a channel, and the shift is
 * taken back out of its bias, one layer after the other, each behind the corrected ones before it.
 * @returns the float graph with other biases: what is quantized next.
 */
export function correctBias(
  runtime: OrtRuntime,
  model: ModelGraph,
  options: QdqOptions,
  runs: readonly Feeds[],
): ModelGraph {
  const layers = convLayers(model).filter(({ name, bias }) => !options.keepFloat.has(name) && bias !== null);
  if (layers.length === 0) return model;
  const truth = channelMeans(runtime, model, layers, runs);
  let corrected = model;
  for (const layer of layers) {
    const quantized = insertQdq(corrected, options);
    const found = channelMeans(runtime, quantized, [layer], runs).get(layer.name)!;
    const wanted = truth.get(layer.name)!;
    const bias = convLayers(corrected).find(({ name }) => name === layer.name)!.bias!;
    const data = bias.data.map((value, channel) => value + wanted[channel]! - found[channel]!);
    corrected = replaceInitializers(corrected, [{ ...bias, data }]);
  }
  return corrected;
}

/** Mean of every channel of what the convolutions make, before their Relu. */
function channelMeans(
  runtime: OrtRuntime,
  model: ModelGraph,
  layers: readonly ConvLayer[],
  runs: readonly Feeds[],
): Map<string, Float64Array> {
  const tensors = layers.map(({ raw }) => raw);
  // nothing is fused: what lies between convolution and Relu can be looked at
  using session = openGraphSession(runtime, writeGraph(model, tensors), model.graphName, {
    optimisation: 'disabled',
  });
  const means = new Map(layers.map(({ name, weight }) => [name, new Float64Array(weight.shape[0]!)]));
  for (const feeds of runs) {
    const found = session.run(feeds, tensors);
    for (const { name, raw } of layers) {
      const sums = means.get(name)!;
      const values = found[raw]!;
      const plane = values.length / sums.length;
      for (let index = 0; index < values.length; index += 1) {
        sums[Math.floor(index / plane)]! += values[index]! / (plane * runs.length);
      }
    }
  }
  return means;
}
