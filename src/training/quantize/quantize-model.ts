import type { ModelContract } from '../../core/model/contract.js';
import { openEngine } from '../engine/engine.js';
import type { OrtRuntime } from '../engine/ort/binding.js';
import type { Progress } from '../progress/progress.js';
import { type FineTuning, tuneModel } from './fine-tune/tune-model.js';
import type { Agreement } from './measure/agreement.js';
import type { GraphBytes } from './measure/answers.js';
import { countFused, type FusedCount } from './measure/count-fused.js';
import { timeGraphs } from './measure/time-graphs.js';
import { graphKinds, prepare, type Prepared, type PerGraph } from './prepare.js';
import { type Int8Form, int8Forms } from './qdq/scheme.js';
import { type CalibratorName, calibratorNames } from './ranges/calibrators.js';
import { applyRecipe, bestRecipe, judge, type Recipe, type TriedRecipe } from './recipe.js';
import type { ChosenSamples } from './samples/choose-samples.js';
import {
  type AucOf,
  byHarm,
  defaultHarm,
  defaultTarget,
  type AgreementLimits,
  harmfulLayers,
  type LayerSensitivity,
  layerNames,
  measureSensitivity,
  reaches,
} from './sensitivity.js';
import { findSlowLayers } from './slow-layers.js';

export interface QuantizeOptions {
  readonly runtime: OrtRuntime;
  readonly contract: ModelContract;
  readonly graphs: GraphBytes;
  readonly samples: Pick<ChosenSamples, 'calibrate' | 'check'>;
  /** Null: the one that agrees best. */
  readonly calibrator?: CalibratorName | null;
  readonly equalise?: boolean | null;
  readonly biasCorrection?: boolean | null;
  /** Convolutions to leave in float besides those that hurt, as `search/conv_0`. */
  readonly keepFloat?: readonly string[];
  readonly harm?: AgreementLimits;
  /** The least the whole model shall reach on the calibration crops; layers are left in float until it does. */
  readonly target?: AgreementLimits;
  /** Leave in float what runs faster so on this machine. Default true. */
  readonly timeLayers?: boolean;
  /** Steps of fine-tuning a layer; 0, the default: none. */
  readonly fineTune?: number;
  /** Also measures the AUC of the model with each layer alone in 8 bits. */
  readonly aucOf?: AucOf | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** One written form, judged on crops that nothing was chosen by. */
export interface QuantizedForm {
  readonly graphs: GraphBytes;
  readonly agreement: Agreement;
  readonly fused: PerGraph<FusedCount>;
  /** Null where it was not asked for. */
  readonly fineTuning: FineTuning | null;
}

export interface QuantizedModel {
  readonly forms: Readonly<Record<Int8Form, QuantizedForm>>;
  readonly recipe: Recipe;
  /** All that was tried, on the calibration crops. */
  readonly tried: readonly TriedRecipe[];
  readonly sensitivity: readonly LayerSensitivity[];
  /** In float because they hurt; and, in the form for the CPU alone, because they are faster so. */
  readonly harmful: readonly string[];
  readonly slow: readonly string[];
  readonly prepared: Prepared;
  /** Median ms of one run on one thread of this machine, interleaved. */
  readonly times: PerGraph<{ readonly float: number; readonly int8: number }>;
}

/**
 * Quantizes a float model to 8 bits: ranges from the calibration crops, the recipe and the layers that stay in float chosen on them too,
 * and the result judged on the check crops.
 * @throws ModelError, TrainingError as prepare does; the signal's reason.
 */
export async function quantizeModel(options: QuantizeOptions): Promise<QuantizedModel> {
  const { runtime, contract, graphs, samples, progress, signal } = options;
  progress.start('measure ranges', 1);
  const prepared = prepare(runtime, contract, graphs, samples);
  progress.advance();

  // 1. how to choose the ranges, with every layer in 8 bits but those that are asked to stay
  const asked = new Set(options.keepFloat);
  const tried = await tryRecipes(options, prepared, asked);
  let recipe: Recipe = bestRecipe(tried);

  // 2. what each layer does alone
  const sensitivity: LayerSensitivity[] = [];
  progress.start('measure layers', layerNames(prepared).length);
  for await (const one of measureSensitivity(runtime, prepared, recipe, options.aucOf ?? null)) {
    sensitivity.push(one);
    progress.advance();
    await breathe(signal);
  }
  const harmful = new Set([...asked, ...harmfulLayers(sensitivity, options.harm ?? defaultHarm)]);

  // 3. more of them, worst first, until the whole is good enough
  await reachTarget(options, prepared, recipe, sensitivity, harmful);

  // 4. what this processor runs faster in float
  progress.start('time layers', 1);
  const slow = options.timeLayers === false ? [] : findSlowLayers(runtime, prepared, recipe, harmful);
  const forCpu = new Set([...harmful, ...slow]);
  progress.advance();

  // 5. biases, when that helps
  const corrected = await tryBiasCorrection(options, prepared, recipe, forCpu);
  tried.push(...corrected);
  if (corrected.length > 0) recipe = bestRecipe(corrected);

  // 6. weights that make up for the rounding before them
  const kept = { 'int8-cpu': forCpu, 'int8-trt': harmful };
  const made = await makeForms(options, prepared, recipe, kept);

  progress.start('write', int8Forms.length);
  const form = async (name: Int8Form): Promise<QuantizedForm> => {
    const { graphs: written, fineTuning } = made[name];
    const [template, search] = await Promise.all(
      graphKinds.map((kind) => countFused(runtime, written[kind], contract[kind].file)),
    );
    progress.advance();
    await breathe(signal);
    return {
      graphs: written,
      agreement: judge(runtime, prepared, written, prepared.check),
      fused: { template: template!, search: search! },
      fineTuning,
    };
  };
  const forms = { 'int8-cpu': await form('int8-cpu'), 'int8-trt': await form('int8-trt') };
  const times = {
    template: timesOf(options, prepared, forms['int8-cpu'].graphs, 'template'),
    search: timesOf(options, prepared, forms['int8-cpu'].graphs, 'search'),
  };
  return { forms, recipe, tried, sensitivity, harmful: [...harmful], slow, prepared, times };
}

async function tryRecipes(
  { runtime, calibrator = null, equalise = null, biasCorrection = null, progress, signal }: QuantizeOptions,
  prepared: Prepared,
  keep: ReadonlySet<string>,
): Promise<TriedRecipe[]> {
  const recipes: Recipe[] = (equalise === null ? [false, true] : [equalise]).flatMap((equalised) =>
    (calibrator === null ? calibratorNames : [calibrator]).map((name) => ({
      calibrator: name,
      equalise: equalised,
      biasCorrection: biasCorrection === true,
    })),
  );
  progress.start('try recipes', recipes.length);
  const tried: TriedRecipe[] = [];
  for (const recipe of recipes) {
    const made = applyRecipe(runtime, prepared, recipe, 'int8-cpu', keep);
    tried.push({ ...recipe, agreement: judge(runtime, prepared, made, prepared.calibrate) });
    progress.advance();
    await breathe(signal);
  }
  return tried;
}

/** Adds to `keep`. */
async function reachTarget(
  { runtime, target = defaultTarget, signal }: QuantizeOptions,
  prepared: Prepared,
  recipe: Recipe,
  sensitivity: readonly LayerSensitivity[],
  keep: Set<string>,
): Promise<void> {
  for (const { layer } of byHarm(sensitivity)) {
    if (keep.has(layer)) continue;
    const made = applyRecipe(runtime, prepared, recipe, 'int8-cpu', keep);
    if (reaches(judge(runtime, prepared, made, prepared.calibrate), target)) return;
    keep.add(layer);
    await breathe(signal);
  }
}

/** With and without, where that was left open. */
async function tryBiasCorrection(
  { runtime, biasCorrection = null, progress, signal }: QuantizeOptions,
  prepared: Prepared,
  recipe: Recipe,
  keep: ReadonlySet<string>,
): Promise<TriedRecipe[]> {
  if (biasCorrection !== null) return [];
  progress.start('correct biases', 2);
  const tried: TriedRecipe[] = [];
  for (const corrected of [false, true]) {
    const one = { ...recipe, biasCorrection: corrected };
    const made = applyRecipe(runtime, prepared, one, 'int8-cpu', keep);
    const { calibrator, equalise } = recipe;
    const agreement = judge(runtime, prepared, made, prepared.calibrate);
    tried.push({ calibrator, equalise, biasCorrection: corrected, agreement });
    progress.advance();
    await breathe(signal);
  }
  return tried;
}

type MadeForm = Pick<QuantizedForm, 'graphs' | 'fineTuning'>;

/** Both forms; fine-tuned, each for itself, where that was asked for and agrees better. */
async function makeForms(
  { runtime, fineTune: steps = 0, progress, signal }: QuantizeOptions,
  prepared: Prepared,
  recipe: Recipe,
  kept: Readonly<Record<Int8Form, ReadonlySet<string>>>,
): Promise<Readonly<Record<Int8Form, MadeForm>>> {
  const plain = (form: Int8Form): GraphBytes => applyRecipe(runtime, prepared, recipe, form, kept[form]);
  if (steps === 0) {
    const untuned = (form: Int8Form): MadeForm => ({ graphs: plain(form), fineTuning: null });
    return { 'int8-cpu': untuned('int8-cpu'), 'int8-trt': untuned('int8-trt') };
  }
  const layers = layerNames(prepared);
  const left = int8Forms.map((form) => layers.filter((layer) => !kept[form].has(layer)).length);
  progress.start(
    'fine-tune layers',
    left.reduce((sum, count) => sum + count, 0),
  );
  // gradients are small differences: in bf16 they would be noise
  await using engine = await openEngine({ precision: 'fp32' });
  const tuned = (form: Int8Form): Promise<MadeForm> =>
    tuneModel(engine, runtime, prepared, recipe, {
      ...{ form, keepFloat: kept[form], made: plain(form), steps, signal },
      onLayer: () => {
        progress.advance();
      },
    });
  return { 'int8-cpu': await tuned('int8-cpu'), 'int8-trt': await tuned('int8-trt') };
}

function timesOf(
  { runtime }: QuantizeOptions,
  prepared: Prepared,
  int8: GraphBytes,
  kind: 'template' | 'search',
): { float: number; int8: number } {
  const outputs = prepared.plain[kind].graph.outputs.map(({ name }) => name);
  const graphs = [prepared.float[kind], int8[kind]];
  const [float = 0, whole = 0] = timeGraphs(runtime, graphs, prepared.feeds[kind][0]!, outputs);
  return { float, int8: whole };
}

/** Lets an interruption be heard: everything else here is computed without a pause. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
