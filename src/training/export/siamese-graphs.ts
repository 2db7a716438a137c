import { createGraph, type Graph } from '../onnx/graph.js';
import type { Value } from '../onnx/graph-writer.js';
import type { FoldedLayer, FoldedNetwork } from '../network/fold.js';
import { normEpsilon } from '../network/siamese-model.js';
import { networkGeometry, type NetworkSpec } from '../network/spec.js';

/** Writes template.onnx: `template` uint8 [1,3,s,s] -> `features` float32 [1,c,h,w], unit length over channels. */
export function templateGraph({ spec, template }: FoldedNetwork): Uint8Array {
  const graph = createGraph(`${spec.name}-template`);
  const crop = graph.input('template', 'uint8', [1, 3, spec.templateSize, spec.templateSize]);
  graph.output('features', unit(graph, backbone(graph, crop, template, spec)));
  return graph.toBytes();
}

/**
 * Writes search.onnx: `search` uint8 [1,3,s,s], `features` -> `scores` [1,1,n,n] in 0..1, `distances` [1,4,n,n] in crop
 * pixels, `cells` [1,c,n,n]: the search features, unit length over channels.
 */
export function searchGraph({ spec, search, head, score, distance }: FoldedNetwork): Uint8Array {
  const { templateCells, searchCells, channels, stride } = networkGeometry(spec);
  const graph = createGraph(`${spec.name}-search`);
  const crop = graph.input('search', 'uint8', [1, 3, spec.searchSize, spec.searchSize]);
  const features = graph.input('features', 'float32', [1, channels, templateCells, templateCells]);
  const cells = backbone(graph, crop, search, spec);
  // pixel-wise correlation: [t², c] x [c, n²]
  const kernels = graph.transpose(graph.reshape(features, [channels, templateCells ** 2]), [1, 0]);
  const units = unit(graph, cells);
  const columns = graph.reshape(units, [channels, searchCells ** 2]);
  const maps = graph.reshape(graph.matmul(kernels, columns), [
    1,
    templateCells ** 2,
    searchCells,
    searchCells,
  ]);
  const trunk = convolutions(graph, graph.concat([maps, cells], 1), head);
  graph.output('scores', graph.sigmoid(convolution(graph, trunk, score)));
  const inCells = graph.exp(convolution(graph, trunk, distance));
  graph.output('distances', graph.mul(inCells, scalar(stride)));
  graph.output('cells', units);
  return graph.toBytes();
}

/** Weights of a convolution in ONNX's order: [k, k, in, out] -> [out, in, k, k]. */
export function toOihw({ kernel, inputs, outputs, filter }: FoldedLayer): Float32Array {
  const weights = new Float32Array(filter.length);
  const taps = kernel * kernel;
  for (let tap = 0; tap < taps; tap += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let o = 0; o < outputs; o += 1) {
        weights[(o * inputs + i) * taps + tap] = filter[(tap * inputs + i) * outputs + o]!;
      }
    }
  }
  return weights;
}

/**
 * uint8 crop -> features. The deviation is folded into the first filter; the mean is subtracted before it, because the
 * zeros that pad the convolution stand for the mean.
 */
export function backbone(
  graph: Graph,
  crop: Value,
  layers: readonly FoldedLayer[],
  { normalisation }: NetworkSpec,
): Value {
  const { mean, deviation } = normalisation;
  const [first, ...rest] = layers;
  if (!first) throw new RangeError('a backbone needs at least one layer');
  const centred = graph.sub(graph.cast(crop, 'float32'), {
    data: Float32Array.from(mean, (m) => 255 * m),
    shape: [1, 3, 1, 1],
  });
  const filter = first.filter.map(
    (value, i) => value / (255 * deviation[Math.floor(i / first.outputs) % 3]!),
  );
  return convolutions(graph, centred, [{ ...first, filter }, ...rest]);
}

function convolutions(graph: Graph, input: Value, layers: readonly FoldedLayer[]): Value {
  return layers.reduce((x, layer) => convolution(graph, x, layer), input);
}

function convolution(graph: Graph, x: Value, layer: FoldedLayer): Value {
  const { kernel, stride, padding, relu, inputs, outputs, bias } = layer;
  const weight = { data: toOihw(layer), shape: [outputs, inputs, kernel, kernel] };
  const y = graph.conv(x, weight, { bias: { data: bias, shape: [outputs] }, stride, padding });
  return relu ? graph.relu(y) : y;
}

/** L2-normalised over channels. */
export function unit(graph: Graph, x: Value, epsilon = normEpsilon): Value {
  const squared = graph.reduceSum(graph.mul(x, x), [1]);
  return graph.div(x, graph.sqrt(graph.add(squared, scalar(epsilon))));
}

export function scalar(value: number) {
  return { data: Float32Array.of(value), shape: [1] };
}
