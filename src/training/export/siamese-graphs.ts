import { createGraph, type Graph } from '../onnx/graph.js';
import type { Value } from '../onnx/graph-writer.js';
import type { FoldedLayer, FoldedNetwork } from '../network/fold.js';
import { cellReaches, normEpsilon } from '../network/siamese-model.js';
import { networkGeometry, type NetworkSpec } from '../network/spec.js';

/** Writes template.onnx: `template` uint8 [1,3,s,s] -> `features` float32 [1,c,h,w], unit length over channels. */
export function templateGraph({ spec, template }: FoldedNetwork): Uint8Array {
  const graph = createGraph(`${spec.name}-template`);
  const crop = graph.input('template', 'uint8', [1, 3, spec.templateSize, spec.templateSize]);
  graph.output('features', unit(graph, backbone(graph, crop, template, spec)));
  return graph.toBytes();
}

/**
 * Writes search.onnx: `search` uint8 [1,3,s,s], `features`, `extent` [1,2] in crop pixels -> `scores` [1,1,n,n] in 0..1,
 * `distances` [1,4,n,n] in crop pixels, `cells` [1,c,n,n]: the search features, unit length over channels.
 */
export function searchGraph({ spec, search, head, score, shift, ratio }: FoldedNetwork): Uint8Array {
  const { templateCells, searchCells, channels, stride } = networkGeometry(spec);
  const graph = createGraph(`${spec.name}-search`);
  const crop = graph.input('search', 'uint8', [1, 3, spec.searchSize, spec.searchSize]);
  const features = graph.input('features', 'float32', [1, channels, templateCells, templateCells]);
  const extent = graph.input('extent', 'float32', [1, 2]);
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
  const own = graph.mul(maps, insideExtent(graph, extent, spec));
  const trunk = convolutions(graph, graph.concat([own, graph.sub(maps, own), cells], 1), head);
  graph.output('scores', graph.sigmoid(convolution(graph, trunk, score)));
  const centre = graph.mul(convolution(graph, trunk, shift), scalar(stride));
  const half = graph.mul(graph.reshape(extent, [1, 2, 1, 1]), scalar(0.5));
  const halves = graph.mul(graph.exp(convolution(graph, trunk, ratio)), half);
  graph.output('distances', graph.concat([graph.sub(halves, centre), graph.add(halves, centre)], 1));
  graph.output('cells', units);
  return graph.toBytes();
}

/** Share of every template cell inside the target's extent, see insideExtent() of the model: [1, template cells squared, 1, 1]. */
function insideExtent(graph: Graph, extent: Value, spec: NetworkSpec): Value {
  const { templateCells, stride } = networkGeometry(spec);
  const [columns, rows] = cellReaches(spec).map((reaches, axis) => {
    // half a side in cells, for every cell: a product with a matrix that picks the axis
    const pick = Float32Array.from({ length: 2 * reaches.length }, (_, i) =>
      Math.floor(i / reaches.length) === axis ? 0.5 / stride : 0,
    );
    const halves = graph.matmul(extent, { data: pick, shape: [2, reaches.length] });
    const excess = graph.sub(halves, { data: Float32Array.from(reaches), shape: [1, reaches.length] });
    // clipped to 0..1
    return graph.sub(graph.relu(excess), graph.relu(graph.sub(excess, scalar(1))));
  });
  return graph.reshape(graph.mul(columns!, rows!), [1, templateCells ** 2, 1, 1]);
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
