import { createRandom } from '../../../src/core/random.js';
import { createGraph, type Graph } from '../../../src/training/onnx/graph.js';
import type { Constant, Value } from '../../../src/training/onnx/graph-writer.js';
import { writeModelFolder, type ContractDraft } from '../../../src/training/onnx/write-model-folder.js';

/** Contract of the tiny model: 16 and 32 pixel crops, stride 8, 4 channels, random weights. */
export const tinyContract: ContractDraft = {
  format: 'tagalong-model/1',
  name: 'tiny',
  template: { file: 'template.onnx', cropSize: 16, features: [4, 2, 2] },
  search: { file: 'search.onnx', cropSize: 32 },
  response: { size: 4, stride: 8, offset: 4 },
  context: 0.5,
  normalisation: { mean: [0, 0, 0], deviation: [1, 1, 1] },
  precision: 'fp32',
  cost: { parameters: 1, multiplyAdds: 1 },
  training: { method: 'random weights', engine: 'none', seed: 1, pairs: 0, finished: '2026-01-01' },
};

/** One 8x8 convolution of stride 8 over pixels scaled to 0..1. */
function backbone(graph: Graph, pixels: Value): Value {
  const random = createRandom(1);
  const weight = Float32Array.from({ length: 4 * 3 * 8 * 8 }, () => random.normal(0.1));
  const scaled = graph.div(graph.cast(pixels, 'float32'), scalar(255));
  return graph.relu(graph.conv(scaled, { data: weight, shape: [4, 3, 8, 8] }, { stride: 8 }));
}

export function tinyTemplateGraph(): Uint8Array {
  const graph = createGraph('template');
  graph.output('features', backbone(graph, graph.input('template', 'uint8', [1, 3, 16, 16])));
  return graph.toBytes();
}

/** Pixel-wise correlation summed over the template's cells; distances grow with the features. */
export function tinySearchGraph(): Uint8Array {
  const graph = createGraph('search');
  const search = backbone(graph, graph.input('search', 'uint8', [1, 3, 32, 32]));
  const template = graph.input('features', 'float32', [1, 4, 2, 2]);
  const kernels = graph.reshape(graph.transpose(template, [0, 2, 3, 1]), [4, 4]);
  const maps = graph.matmul(kernels, graph.reshape(search, [4, 16]));
  const sum = graph.reduceSum(graph.reshape(maps, [1, 4, 4, 4]), [1]);
  graph.output('scores', graph.sigmoid(graph.sub(sum, scalar(1))));
  graph.output('distances', graph.exp(search));
  return graph.toBytes();
}

/** Writes the tiny model; what is given replaces the right thing by a wrong one. */
export async function writeTinyModel(
  dir: string,
  { template = tinyTemplateGraph(), search = tinySearchGraph(), contract = {} }: TinyOverrides = {},
): Promise<void> {
  await writeModelFolder(dir, { ...tinyContract, ...contract }, { template, search });
}

export interface TinyOverrides {
  readonly template?: Uint8Array;
  readonly search?: Uint8Array;
  readonly contract?: Partial<ContractDraft>;
}

function scalar(number: number): Constant {
  return { data: Float32Array.of(number), shape: [1] };
}
