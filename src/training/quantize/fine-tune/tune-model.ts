import type { Engine } from '../../engine/types.js';
import type { OrtRuntime } from '../../engine/ort/binding.js';
import { writeGraph } from '../graph/model-graph.js';
import type { Agreement } from '../measure/agreement.js';
import type { GraphBytes } from '../measure/answers.js';
import { graphKinds, type Prepared } from '../prepare.js';
import { insertQdq } from '../qdq/insert-qdq.js';
import type { Int8Form } from '../qdq/scheme.js';
import { judge, qualityOf, quantizedAs, type Recipe } from '../recipe.js';
import { fineTune, type LayerGain } from './fine-tune.js';
import type { TuneOptions } from './tune-layer.js';

/** A form before and after fine-tuning, on the calibration crops. */
export interface FineTuning {
  readonly steps: number;
  readonly before: Agreement;
  readonly after: Agreement;
  /** Whether the fine-tuned graphs are the ones that are written: they must agree better. */
  readonly kept: boolean;
  readonly gains: readonly LayerGain[];
}

/** Crops of a step. */
const batchSize = 8;

/** Fine-tunes both graphs of a form on the calibration crops. @returns the better ones, and what came of it */
export async function tuneModel(
  engine: Pick<Engine, 'tf'>,
  runtime: OrtRuntime,
  prepared: Prepared,
  recipe: Recipe,
  {
    form,
    keepFloat,
    made,
    steps,
    signal,
    onLayer,
  }: {
    readonly form: Int8Form;
    readonly keepFloat: ReadonlySet<string>;
    /** The form without fine-tuning. */
    readonly made: GraphBytes;
    readonly onLayer: () => void;
  } & Omit<TuneOptions, 'batchSize'>,
): Promise<{ readonly graphs: GraphBytes; readonly fineTuning: FineTuning }> {
  const gains: LayerGain[] = [];
  const tuned = new Map<string, Uint8Array>();
  for (const kind of graphKinds) {
    const { graph, options: qdq, feeds: runs } = quantizedAs(prepared, recipe, form, keepFloat, kind);
    const found = await fineTune(engine, runtime, graph, { qdq, runs, steps, batchSize, signal, onLayer });
    gains.push(...found.gains.map((gain) => ({ ...gain, layer: `${kind}/${gain.layer}` })));
    tuned.set(kind, writeGraph(insertQdq(found.graph, qdq)));
  }
  const graphs = { template: tuned.get('template')!, search: tuned.get('search')! };
  const [before, after] = [made, graphs].map((one) => judge(runtime, prepared, one, prepared.calibrate)) as [
    Agreement,
    Agreement,
  ];
  const kept = qualityOf(after) > qualityOf(before);
  return { graphs: kept ? graphs : made, fineTuning: { steps, before, after, kept, gains } };
}
