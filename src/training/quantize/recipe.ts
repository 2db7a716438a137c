import type { OrtRuntime } from '../engine/ort/binding.js';
import { correctBias } from './correct-bias.js';
import { type ModelGraph, writeGraph } from './graph/model-graph.js';
import { type Agreement, agreementOf } from './measure/agreement.js';
import { type GraphBytes, modelAnswers } from './measure/answers.js';
import { type GraphKind, type Judged, perGraph, type Prepared } from './prepare.js';
import { insertQdq, type QdqOptions } from './qdq/insert-qdq.js';
import type { Int8Form } from './qdq/scheme.js';
import { type CalibratorName, chooseRange } from './ranges/calibrators.js';
import type { Feeds } from './ranges/observe.js';

/** How a float model becomes one in 8 bits. */
export interface Recipe {
  readonly calibrator: CalibratorName;
  readonly equalise: boolean;
  readonly biasCorrection: boolean;
}

/** A recipe, and how the model it makes agreed on the calibration crops. */
export interface TriedRecipe extends Recipe {
  readonly agreement: Agreement;
}

/** Crops that a mean of rounding errors is taken over. */
const biasCrops = 64;

/** @param keepFloat convolutions that stay in float, as `graph/name` */
export function applyRecipe(
  runtime: OrtRuntime,
  prepared: Prepared,
  { calibrator, equalise, biasCorrection }: Recipe,
  form: Int8Form,
  keepFloat: ReadonlySet<string>,
): GraphBytes {
  return perGraph((kind) => {
    const { graph, options, feeds } = quantizedAs(prepared, { calibrator, equalise }, form, keepFloat, kind);
    const some = feeds.slice(0, biasCrops);
    return writeGraph(
      insertQdq(biasCorrection ? correctBias(runtime, graph, options, some) : graph, options),
    );
  });
}

/** The float graph that a recipe begins from, what it says of its tensors, and the inputs of the calibration crops. */
export function quantizedAs(
  prepared: Prepared,
  { calibrator, equalise }: Pick<Recipe, 'calibrator' | 'equalise'>,
  form: Int8Form,
  keepFloat: ReadonlySet<string>,
  kind: GraphKind,
): { readonly graph: ModelGraph; readonly options: QdqOptions; readonly feeds: readonly Feeds[] } {
  const { graph, observation } = (equalise ? prepared.equalised : prepared.plain)[kind];
  const ranges = new Map(
    [...observation.histograms].map(([name, histogram]) => [name, chooseRange(calibrator, histogram)]),
  );
  const own = new Set(
    [...keepFloat].flatMap((name) => (name.startsWith(`${kind}/`) ? [name.slice(kind.length + 1)] : [])),
  );
  return { graph, options: { form, ranges, keepFloat: own }, feeds: prepared.feeds[kind] };
}

/** How a model answers beside the float model. */
export function judge(
  runtime: OrtRuntime,
  { contract }: Prepared,
  graphs: GraphBytes,
  { crops, answers }: Judged,
): Agreement {
  return agreementOf(answers, modelAnswers(runtime, graphs, crops, contract), contract);
}

/** One number to choose by: peaks, boxes and features count alike. */
export function qualityOf({ peak, boxIou, cellsCosine }: Agreement): number {
  return peak + boxIou + (cellsCosine ?? 1);
}

/** The first of the best. */
export function bestRecipe(tried: readonly TriedRecipe[]): TriedRecipe {
  return tried.reduce((best, one) => (qualityOf(one.agreement) > qualityOf(best.agreement) ? one : best));
}
