import { join } from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { InferenceError, ModelError } from '../../core/errors.js';
import type { ModelContract } from '../../core/model/contract.js';
import {
  type Extent,
  type Network,
  requireExtent,
  type Response,
  type TemplateFeatures,
} from '../../core/model/network.js';
import { findEngines, type FoundEngine } from '../engine/find-engines.js';
import {
  chooseProvider,
  type ExecutionProvider,
  type OpenAttempt,
  type ProviderOutcome,
} from './execution-provider.js';
import {
  checkSignature,
  searchSignature,
  templateSignature,
  type GraphSignature,
  type TensorSignature,
} from './graph-signature.js';
import { readModelFolder, type ModelFolder } from './model-folder.js';
import { checkTrial, type TrialAnswers, trialCrops } from './provider-trial.js';

export interface OnnxNetworkOptions {
  /** Wish list, best first; the first that opens both graphs and answers as the CPU does is used. */
  readonly providers?: readonly ExecutionProvider[];
  /** Where the engines stand that `tagalong engine build` made; null for none. They are tried first where TensorRT is wished for. */
  readonly engines?: string | null;
  /** Intra-op threads on the CPU. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
}

export interface OnnxNetwork extends Network {
  /** The one in use. */
  readonly provider: ExecutionProvider;
  /** What became of every wish, in order. */
  readonly providerReport: readonly ProviderOutcome[];
}

/**
 * Opens a model folder with onnxruntime. `run` blocks its thread while it computes: call from a worker.
 * @throws UsageError, ModelError for the folder (see readModelFolder), a corrupt graph, or one whose tensors are not the contract's.
 * @throws InferenceError when no wished provider can be used.
 */
export async function openOnnxNetwork(
  dir: string,
  { providers = ['cpu'], engines = null, threads = 1, signal }: OnnxNetworkOptions = {},
): Promise<OnnxNetwork> {
  // a provider that cannot be loaded is reported by its exception; onnxruntime would also print it
  env.logLevel = 'fatal';
  const folder = await readModelFolder(dir, signal);
  signal?.throwIfAborted();
  const trial = lazily(() => answersOnCpu(dir, folder, threads));
  const openOn = async (
    attempt: OpenAttempt,
    from: { dir: string; folder: ModelFolder },
  ): Promise<Graphs> => {
    const graphs = await openGraphs(from.dir, from.folder, threads, attempt);
    if (attempt.provider === 'cpu') return graphs;
    try {
      checkTrial(folder.contract, attempt.provider, await trial(), await runTrial(folder.contract, graphs));
      return graphs;
    } catch (error) {
      await releaseGraphs(graphs);
      throw error;
    }
  };
  let unusable = ''; // why an engine that was built is not used
  const choice = await chooseProvider(
    providers,
    async (attempt) => {
      if (attempt.provider === 'tensorrt' && !attempt.allowCpuNodes && engines !== null) {
        for (const engine of await findEngines(engines, folder.contract)) {
          try {
            const from = { dir: engine.dir, folder: await readModelFolder(engine.dir, signal) };
            return await openOn(attempt, from);
          } catch (error) {
            unusable = describeUnusable(engine, error);
          }
        }
      }
      return openOn(attempt, { dir, folder });
    },
    () => unusable,
  );
  const { provider, report, opened } = choice;
  return createNetwork(folder.contract, opened, provider, report);
}

/**
 * Opens an engine folder on TensorRT and compares its answers with the CPU's answers of the model that it was built of.
 * @throws ProviderTrialError when they differ; ModelError when it cannot be loaded.
 */
export async function tryEngine(engineDir: string, model: string, threads = 1): Promise<void> {
  env.logLevel = 'fatal';
  const folder = await readModelFolder(model);
  const expected = await answersOnCpu(model, folder, threads);
  const attempt: OpenAttempt = { provider: 'tensorrt', allowCpuNodes: false };
  const graphs = await openGraphs(engineDir, await readModelFolder(engineDir), threads, attempt);
  try {
    checkTrial(folder.contract, 'tensorrt', expected, await runTrial(folder.contract, graphs));
  } finally {
    await releaseGraphs(graphs);
  }
}

function describeUnusable({ record }: FoundEngine, error: unknown): string {
  const { gpu, tensorrt } = record;
  return `the engine for ${gpu} and TensorRT ${tensorrt} is not used, the ordinary model is ("tagalong engine build" makes another): ${reasonOf(error)}`;
}

interface Graphs {
  readonly template: BoundGraph;
  readonly search: BoundGraph;
}

/** A session with the buffers it reads and writes, allocated once. */
interface BoundGraph {
  readonly inputs: ReadonlyMap<string, Uint8Array | Float32Array>;
  readonly outputs: ReadonlyMap<string, Float32Array>;
  run(): Promise<void>;
  release(): Promise<void>;
}

async function openGraphs(
  dir: string,
  { contract, templateGraph, searchGraph }: ModelFolder,
  threads: number,
  attempt: OpenAttempt,
): Promise<Graphs> {
  const options = sessionOptions(threads, attempt);
  const templateFile = join(dir, contract.template.file);
  const template = await bindGraph(templateGraph, templateSignature(contract), options, templateFile);
  try {
    const searchFile = join(dir, contract.search.file);
    return { template, search: await bindGraph(searchGraph, searchSignature(contract), options, searchFile) };
  } catch (error) {
    await template.release();
    throw error;
  }
}

function releaseGraphs({ template, search }: Graphs): Promise<unknown> {
  return Promise.all([template.release(), search.release()]);
}

/** What the CPU makes of the trial crops: the measure of every other provider. */
async function answersOnCpu(dir: string, folder: ModelFolder, threads: number): Promise<TrialAnswers> {
  const graphs = await openGraphs(dir, folder, threads, { provider: 'cpu', allowCpuNodes: true });
  try {
    return await runTrial(folder.contract, graphs);
  } finally {
    await releaseGraphs(graphs);
  }
}

async function runTrial(contract: ModelContract, { template, search }: Graphs): Promise<TrialAnswers> {
  const crops = trialCrops(contract);
  template.inputs.get('template')!.set(crops.template);
  await template.run();
  const features = template.outputs.get('features')!.slice();
  search.inputs.get('search')!.set(crops.search);
  search.inputs.get('features')!.set(features);
  search.inputs.get('extent')?.set(crops.extent);
  await search.run();
  const answers = [...search.outputs].map(([name, data]) => [name, data.slice()] as const);
  return { features, ...Object.fromEntries(answers) };
}

/** Makes it once, when it is first asked for. */
function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

function sessionOptions(
  threads: number,
  { provider, allowCpuNodes }: OpenAttempt,
): InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: {
      session: {
        // spinning threads burn a core between two frames
        intra_op: { allow_spinning: '0' },
        ...(allowCpuNodes ? {} : { disable_cpu_ep_fallback: '1' }),
      },
    },
  };
}

async function bindGraph(
  graph: Uint8Array,
  signature: GraphSignature,
  options: InferenceSession.SessionOptions,
  origin: string,
): Promise<BoundGraph> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(graph, options);
  } catch (cause) {
    throw new ModelError(`${origin}: ${reasonOf(cause)}`, { cause });
  }
  try {
    checkSignature(session, signature, origin);
    const bound = bindBuffers(session, signature);
    await bound.run(); // declared shapes may lie; and the first run is slow: engines are built, weights packed
    return bound;
  } catch (cause) {
    await session.release();
    throw cause instanceof ModelError ? cause : new ModelError(`${origin}: ${reasonOf(cause)}`, { cause });
  }
}

function bindBuffers(session: InferenceSession, { inputs, outputs }: GraphSignature): BoundGraph {
  const feeds = new Map(inputs.map((tensor) => [tensor.name, allocate(tensor)]));
  const fetches = new Map(outputs.map((tensor) => [tensor.name, allocate(tensor)]));
  const feedObject = Object.fromEntries(feeds);
  const fetchObject = Object.fromEntries(fetches);
  return {
    inputs: dataOf(feeds),
    outputs: dataOf(fetches) as ReadonlyMap<string, Float32Array>,
    // the tensors it answers are copies; our own buffers are filled in place
    run: async () => {
      await session.run(feedObject, fetchObject);
    },
    release: () => session.release(),
  };
}

function allocate({ type, shape }: TensorSignature): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return type === 'uint8'
    ? new Tensor('uint8', new Uint8Array(count), shape)
    : new Tensor('float32', new Float32Array(count), shape);
}

function dataOf(tensors: ReadonlyMap<string, Tensor>): Map<string, Uint8Array | Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.data as Uint8Array | Float32Array]));
}

function createNetwork(
  contract: ModelContract,
  { template, search }: Graphs,
  provider: ExecutionProvider,
  providerReport: readonly ProviderOutcome[],
): OnnxNetwork {
  let released: Promise<void> | undefined;
  const cells = search.outputs.get('cells');
  const response: Response = {
    size: contract.response.size,
    scores: search.outputs.get('scores')!,
    distances: search.outputs.get('distances')!,
    ...(cells ? { cells } : {}),
  };
  const run = async (
    graph: BoundGraph,
    inputs: Readonly<Record<string, Uint8Array | Float32Array | Extent>>,
  ): Promise<void> => {
    if (released) throw new InferenceError(`model ${contract.name} is closed`);
    for (const [name, data] of Object.entries(inputs)) fill(graph.inputs.get(name)!, data, name);
    try {
      await graph.run();
    } catch (cause) {
      throw new InferenceError(`model ${contract.name} on ${provider}: ${reasonOf(cause)}`, { cause });
    }
  };
  return {
    contract,
    provider,
    providerReport,
    async embed(templateCrop): Promise<TemplateFeatures> {
      await run(template, { template: templateCrop });
      // a copy: features outlive the next target's
      return { data: template.outputs.get('features')!.slice(), shape: contract.template.features };
    },
    async respond(features, searchCrop): Promise<Response> {
      const extent = contract.search.extent ? { extent: requireExtent(features) } : {};
      await run(search, { search: searchCrop, features: features.data, ...extent });
      return response;
    },
    async dispose() {
      released ??= Promise.all([template.release(), search.release()]).then(() => undefined);
      await released;
    },
  };
}

function fill(
  target: Uint8Array | Float32Array,
  data: Uint8Array | Float32Array | Extent,
  name: string,
): void {
  if (data.length !== target.length) {
    throw new InferenceError(`"${name}" has ${data.length} numbers, the model takes ${target.length}`);
  }
  target.set(data);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
