import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../src/core/random.js';
import type { Graph } from '../src/training/onnx/graph.js';
import type { Value } from '../src/training/onnx/graph-writer.js';
import { writeModelFolder, type ContractDraft } from '../src/training/onnx/write-model-folder.js';
import { createGraph } from '../src/training/onnx/graph.js';

export interface LayerOptions {
  readonly kernel?: number;
  readonly stride?: number;
  /** One filter per channel. */
  readonly depthwise?: boolean;
}

/** Convolutions with random weights: for measuring time, which does not depend on what a network has learned. */
export interface RandomLayers {
  /** 'same' padding, a bias, no activation. */
  conv(x: Value, channels: number, options?: LayerOptions): Value;
}

export function randomLayers(graph: Graph, seed: number): RandomLayers {
  const random = createRandom(seed);
  return {
    conv(x, channels, { kernel = 3, stride = 1, depthwise = false } = {}) {
      const inputs = x.shape[1] ?? 1;
      const shape = [channels, depthwise ? 1 : inputs, kernel, kernel];
      const fanIn = kernel * kernel * (depthwise ? 1 : inputs);
      // He et al. 2015: keeps the signal's size through ReLU layers, no denormals
      const deviation = Math.sqrt(2 / fanIn);
      const numbers = (count: number, sigma: number): Float32Array =>
        Float32Array.from({ length: count }, () => random.normal(sigma));
      return graph.conv(
        x,
        { data: numbers(channels * fanIn, deviation), shape },
        {
          bias: { data: numbers(channels, 0.01), shape: [channels] },
          stride,
          padding: (kernel - 1) / 2,
          group: depthwise ? inputs : 1,
        },
      );
    },
  };
}

/** A Siamese network to be written with random weights. */
export interface RandomNetwork {
  readonly name: string;
  /** uint8 pixels made -1..1 -> features at stride 16. */
  backbone(graph: Graph, layers: RandomLayers, pixels: Value): Value;
  /** Correlation maps [1, cells, n, n] and search features -> scores and distances. */
  head(graph: Graph, layers: RandomLayers, maps: Value, features: Value): { scores: Value; distances: Value };
}

export interface WrittenModel extends AsyncDisposable {
  readonly dir: string;
  readonly multiplyAdds: number;
  readonly parameters: number;
}

const [templateSize, searchSize] = [127, 255];

/** Writes a model folder into a temporary place, removed by disposing. */
export async function writeRandomModel(network: RandomNetwork): Promise<WrittenModel> {
  const template = createGraph('template');
  const kernel = network.backbone(
    template,
    randomLayers(template, 1),
    scaledPixels(template, 'template', templateSize),
  );
  template.output('features', kernel);
  const search = createGraph('search');
  const layers = randomLayers(search, 1);
  const features = network.backbone(search, layers, scaledPixels(search, 'search', searchSize));
  const maps = pixelwiseCorrelation(search, search.input('features', 'float32', kernel.shape), features);
  const { scores, distances } = network.head(search, layers, maps, features);
  search.output('scores', search.sigmoid(scores));
  search.output('distances', search.exp(distances));
  const dir = await mkdtemp(join(tmpdir(), `tagalong-${network.name}-`));
  const { multiplyAdds, parameters } = search;
  const [, channels = 1, rows = 1, columns = 1] = kernel.shape;
  const draft: ContractDraft = {
    format: 'tagalong-model/1',
    name: network.name,
    template: { file: 'template.onnx', cropSize: templateSize, features: [channels, rows, columns] },
    search: { file: 'search.onnx', cropSize: searchSize },
    response: { size: features.shape[2] ?? 1, stride: 16, offset: 7.5 },
    context: 0.5,
    normalisation: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
    precision: 'fp32',
    cost: { parameters, multiplyAdds },
    training: { method: 'random weights', engine: 'none', seed: 1, pairs: 0, finished: '2026-01-01' },
  };
  await writeModelFolder(dir, draft, { template: template.toBytes(), search: search.toBytes() });
  return {
    dir,
    multiplyAdds,
    parameters,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

function scaledPixels(graph: Graph, name: string, side: number): Value {
  const pixels = graph.cast(graph.input(name, 'uint8', [1, 3, side, side]), 'float32');
  const number = (value: number) => ({ data: Float32Array.of(value), shape: [1] });
  return graph.div(graph.sub(pixels, number(127.5)), number(127.5));
}

/** Every template cell is a 1x1 filter over the search features (Alpha-Refine, Yan et al. 2021): [1, cells, n, n]. */
function pixelwiseCorrelation(graph: Graph, template: Value, features: Value): Value {
  const [, channels = 1, rows = 1, columns = 1] = template.shape;
  const [, , height = 1, width = 1] = features.shape;
  const cells = rows * columns;
  const filters = graph.transpose(graph.reshape(template, [channels, cells]), [1, 0]);
  const maps = graph.matmul(filters, graph.reshape(features, [channels, height * width]));
  return graph.mul(graph.reshape(maps, [1, cells, height, width]), {
    data: Float32Array.of(1 / channels),
    shape: [1],
  });
}
