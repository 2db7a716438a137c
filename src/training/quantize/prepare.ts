import type { ModelContract } from '../../core/model/contract.js';
import type { OrtRuntime } from '../engine/ort/binding.js';
import { equalise, type EqualisedPair } from './graph/equalise.js';
import { foldBatchNorm } from './graph/fold-batch-norm.js';
import { type ModelGraph, readGraph, writeGraph } from './graph/model-graph.js';
import {
  type GraphBytes,
  type ModelAnswer,
  searchAnswers,
  searchFeeds,
  templateFeatures,
  templateFeeds,
} from './measure/answers.js';
import { type Feeds, type Observation, observe } from './ranges/observe.js';
import type { SampleCrops } from './samples/sample.js';
import type { ChosenSamples } from './samples/choose-samples.js';

export const graphKinds = ['template', 'search'] as const;
export type GraphKind = (typeof graphKinds)[number];
export type PerGraph<T> = Readonly<Record<GraphKind, T>>;

/** A float graph and what its tensors held on the calibration crops. */
export interface ObservedGraph {
  readonly graph: ModelGraph;
  readonly observation: Observation;
}

/** Crops with the float model's own features of their templates, and its answers. */
export interface Judged {
  readonly crops: readonly SampleCrops[];
  readonly features: readonly Float32Array[];
  readonly answers: readonly ModelAnswer[];
}

/** All that quantizing starts from. */
export interface Prepared {
  readonly contract: ModelContract;
  /** The graphs with BatchNorm folded; and again with their channels equalised. */
  readonly plain: PerGraph<ObservedGraph>;
  readonly equalised: PerGraph<ObservedGraph>;
  readonly equalisedPairs: PerGraph<readonly EqualisedPair[]>;
  readonly float: GraphBytes;
  readonly calibrate: Judged;
  readonly check: Judged;
  /** Inputs of each graph on the calibration crops. */
  readonly feeds: PerGraph<readonly Feeds[]>;
  readonly folded: readonly string[];
  /** Nodes that the pass does not know, as `operator name`. */
  readonly unknown: readonly string[];
}

/** @throws ModelError for graphs that cannot be read, TrainingError for NaN in their activations. */
export function prepare(
  runtime: OrtRuntime,
  contract: ModelContract,
  graphs: GraphBytes,
  samples: Pick<ChosenSamples, 'calibrate' | 'check'>,
): Prepared {
  const folded = perGraph((kind) => foldBatchNorm(readGraph(graphs[kind], contract[kind].file)));
  const float = perGraph((kind) => writeGraph(folded[kind].graph));
  const judged = (crops: readonly SampleCrops[]): Judged => {
    const features = templateFeatures(runtime, float.template, crops, contract);
    return { crops, features, answers: searchAnswers(runtime, float.search, crops, features, contract) };
  };
  const calibrate = judged(samples.calibrate);
  const feeds = {
    template: templateFeeds(calibrate.crops, contract),
    search: searchFeeds(calibrate.crops, calibrate.features, contract),
  };
  const observed = (kind: GraphKind, graph: ModelGraph): ObservedGraph => ({
    graph,
    observation: observe(runtime, graph, feeds[kind]),
  });
  const plain = perGraph((kind) => observed(kind, folded[kind].graph));
  const rescaled = perGraph((kind) => equalise(plain[kind].graph, plain[kind].observation.channelPeaks));
  return {
    contract,
    plain,
    equalised: perGraph((kind) => observed(kind, rescaled[kind].graph)),
    equalisedPairs: perGraph((kind) => rescaled[kind].pairs),
    float,
    calibrate,
    check: judged(samples.check),
    feeds,
    folded: graphKinds.flatMap((kind) => folded[kind].folded.map((name) => `${kind}/${name}`)),
    unknown: graphKinds.flatMap((kind) => unknownNodes(folded[kind].graph, kind)),
  };
}

export function perGraph<T>(make: (kind: GraphKind) => T): PerGraph<T> {
  return { template: make('template'), search: make('search') };
}

/** Operators that are left in float knowingly, beside convolutions: cheap, or not to be rounded. */
const floatOperators = new Set(
  'Add Cast Concat Conv Div Exp Identity MatMul Mul ReduceMean ReduceSum Relu Reshape Sigmoid Slice Sqrt Sub Transpose'.split(
    ' ',
  ),
);

function unknownNodes({ nodes }: ModelGraph, kind: GraphKind): string[] {
  return nodes
    .filter(({ operator, domain }) => domain !== '' || !floatOperators.has(operator))
    .map(({ operator, name }) => `${operator} ${kind}/${name}`);
}
