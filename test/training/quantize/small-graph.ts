import { createRandom, type Random } from '../../../src/core/random.js';
import { createGraph, type Graph } from '../../../src/training/onnx/graph.js';
import type { Value } from '../../../src/training/onnx/graph-writer.js';
import { type ModelGraph, readGraph } from '../../../src/training/quantize/graph/model-graph.js';
import type { Feeds } from '../../../src/training/quantize/ranges/observe.js';

export const side = 33;
const mean = [0.45, 0.45, 0.45];

/** Pixels, three convolutions (two with a Relu), and an exponential: all that the passes have to do with. */
export function smallGraph(): ModelGraph {
  const graph = createGraph('small');
  const random = createRandom(1);
  const first = graph.relu(convolution(graph, random, centredPixels(graph), 8, 0.01));
  const second = graph.relu(convolution(graph, random, first, 8, 0.1));
  graph.output('answer', graph.exp(convolution(graph, random, second, 4, 0.05)));
  return readGraph(graph.toBytes(), 'small');
}

/** uint8 pixels minus the mean of every channel. */
export function centredPixels(graph: Graph): Value {
  const crop = graph.input('crop', 'uint8', [1, 3, side, side]);
  return graph.sub(graph.cast(crop, 'float32'), {
    data: Float32Array.from(mean, (one) => 255 * one),
    shape: [1, 3, 1, 1],
  });
}

export function convolution(
  graph: Graph,
  random: Random,
  x: Value,
  channels: number,
  deviation: number,
): Value {
  const inputs = x.shape[1]!;
  const numbers = (count: number, sigma: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.normal(sigma));
  return graph.conv(
    x,
    { data: numbers(channels * inputs * 9, deviation), shape: [channels, inputs, 3, 3] },
    { bias: { data: numbers(channels, 0.1), shape: [channels] }, stride: 2, padding: 1 },
  );
}

/** Random pictures of blocks. */
export function smallFeeds(count: number): Feeds[] {
  return Array.from({ length: count }, (_, seed) => {
    const random = createRandom(seed);
    const levels = Array.from({ length: 3 * 81 }, () => random.below(256));
    const data = Uint8Array.from({ length: 3 * side * side }, (_unused, index) => {
      const [x, y] = [index % side, Math.floor(index / side) % side];
      const channel = Math.floor(index / (side * side));
      return levels[81 * channel + 9 * Math.floor(y / 4) + Math.floor(x / 4)]!;
    });
    return { crop: { data, shape: [1, 3, side, side] } };
  });
}

/** Greatest difference as a share of the greatest value. */
export function relativeError(expected: Float32Array, found: Float32Array): number {
  let [worst, top] = [0, 0];
  for (const [index, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs(value - found[index]!));
    top = Math.max(top, Math.abs(value));
  }
  return worst / top;
}
