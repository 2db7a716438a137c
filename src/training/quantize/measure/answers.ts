import type { ModelContract } from '../../../core/model/contract.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import type { SampleCrops } from '../samples/sample.js';
import type { Feeds } from '../ranges/observe.js';
import { openGraphSession } from '../session/graph-session.js';

/** The two graphs of a model as bytes. */
export interface GraphBytes {
  readonly template: Uint8Array;
  readonly search: Uint8Array;
}

/** What a model answers for one sample: the outputs of the search graph. */
export interface ModelAnswer {
  readonly scores: Float32Array;
  readonly distances: Float32Array;
  readonly cells: Float32Array | null;
}

/** Features of every template crop. */
export function templateFeatures(
  runtime: OrtRuntime,
  graph: Uint8Array,
  samples: readonly SampleCrops[],
  contract: ModelContract,
): Float32Array[] {
  using session = openGraphSession(runtime, graph, contract.template.file);
  return templateFeeds(samples, contract).map((feeds) => session.run(feeds, ['features'])['features']!);
}

/** Answers to every sample. @param features of the templates, by whatever made them */
export function searchAnswers(
  runtime: OrtRuntime,
  graph: Uint8Array,
  samples: readonly SampleCrops[],
  features: readonly Float32Array[],
  contract: ModelContract,
): ModelAnswer[] {
  using session = openGraphSession(runtime, graph, contract.search.file);
  const outputs = ['scores', 'distances', ...(contract.search.cells === undefined ? [] : ['cells'])];
  return searchFeeds(samples, features, contract).map((feeds) => {
    const found = session.run(feeds, outputs);
    return { scores: found['scores']!, distances: found['distances']!, cells: found['cells'] ?? null };
  });
}

/** The whole model, template graph and search graph. */
export function modelAnswers(
  runtime: OrtRuntime,
  graphs: GraphBytes,
  samples: readonly SampleCrops[],
  contract: ModelContract,
): ModelAnswer[] {
  const features = templateFeatures(runtime, graphs.template, samples, contract);
  return searchAnswers(runtime, graphs.search, samples, features, contract);
}

export function templateFeeds(samples: readonly SampleCrops[], { template }: ModelContract): Feeds[] {
  const shape = [1, 3, template.cropSize, template.cropSize];
  return samples.map((crops) => ({ template: { data: crops.template, shape } }));
}

export function searchFeeds(
  samples: readonly SampleCrops[],
  features: readonly Float32Array[],
  { template, search }: ModelContract,
): Feeds[] {
  const shape = [1, 3, search.cropSize, search.cropSize];
  return samples.map((crops, index) => ({
    search: { data: crops.search, shape },
    features: { data: features[index]!, shape: [1, ...template.features] },
    ...(search.extent ? { extent: { data: Float32Array.from(crops.extent), shape: [1, 2] } } : {}),
  }));
}
