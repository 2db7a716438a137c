import type { FineTuning } from './fine-tune/tune-model.js';
import type { Agreement } from './measure/agreement.js';
import type { FusedCount } from './measure/count-fused.js';
import type { PerGraph } from './prepare.js';
import type { QuantizedModel } from './quantize-model.js';
import { int8Forms, type Int8Form } from './qdq/scheme.js';

/** What `evaluate` found for one of the models; null where it was not asked. */
export interface TrackingScores {
  readonly auc: number | null;
  readonly precision20: number | null;
  /** Median of `tracker.update`. */
  readonly msPerUpdate: number | null;
}

/** One column of the card: a model beside the others. */
export interface ModelColumn {
  readonly name: string;
  /** Beside the float model; null for itself. */
  readonly agreement: Agreement | null;
  readonly fused: PerGraph<FusedCount> | null;
  readonly bytes: number;
  /** Median ms of one run of the graph; null where it was not timed. */
  readonly ms: PerGraph<number | null>;
  readonly scores: TrackingScores | null;
}

/** quantization.json: everything that was tried and measured. */
export interface QuantizationReport {
  readonly format: 'tagalong-quantization/1';
  readonly model: string;
  readonly recipe: QuantizedModel['recipe'];
  readonly tried: QuantizedModel['tried'];
  readonly sensitivity: QuantizedModel['sensitivity'];
  readonly harmful: readonly string[];
  readonly slow: readonly string[];
  readonly folded: readonly string[];
  readonly equalised: QuantizedModel['prepared']['equalisedPairs'] | null;
  /** Nodes the pass does not know; they stay in float. */
  readonly unknown: readonly string[];
  /** What fine-tuning came to; null for a form where it was not asked for. */
  readonly fineTuning: Readonly<Record<Int8Form, FineTuning | null>>;
  readonly columns: readonly ModelColumn[];
  readonly machine: string;
  /** Load of the machine before the work began, processes wanting to run. */
  readonly load: number;
  readonly samples: { readonly calibrate: number; readonly check: number };
}

export interface ReportInput {
  readonly model: QuantizedModel;
  readonly machine: string;
  readonly load: number;
  readonly scores: Readonly<Partial<Record<'fp32' | Int8Form, TrackingScores>>>;
}

/** One line for each form that was fine-tuned. */
export function fineTuningLines({ fineTuning }: Pick<QuantizationReport, 'fineTuning'>): string[] {
  return int8Forms.flatMap((form) => {
    const found = fineTuning[form];
    if (found === null) return [];
    const { steps, before, after, kept, gains } = found;
    const gained = gains.filter((gain) => gain.after < gain.before).length;
    const agrees = ({ peak, boxIou }: Agreement): string =>
      `peaks ${(100 * peak).toFixed(1)} %, boxes ${boxIou.toFixed(3)}`;
    const outcome = kept ? 'kept' : 'left: it agrees no better';
    return [
      `${form} fine-tuned, ${steps} steps a layer: ${gained} of ${gains.length} layers gained; on the calibration crops ${agrees(before)} before, ${agrees(after)} after: ${outcome}`,
    ];
  });
}

export function reportOf({ model, machine, load, scores }: ReportInput): QuantizationReport {
  const { prepared, recipe, tried, sensitivity, harmful, slow, times, forms } = model;
  const bytesOf = ({ template, search }: { template: Uint8Array; search: Uint8Array }): number =>
    template.length + search.length;
  const float: ModelColumn = {
    name: 'fp32',
    agreement: null,
    fused: null,
    bytes: bytesOf(prepared.float),
    ms: { template: times.template.float, search: times.search.float },
    scores: scores.fp32 ?? null,
  };
  const columns = int8Forms.map((name): ModelColumn => {
    const { graphs, agreement, fused } = forms[name];
    const timed = name === 'int8-cpu'; // the other is written for TensorRT: its time here says nothing
    return {
      name,
      agreement,
      fused: timed ? fused : null,
      bytes: bytesOf(graphs),
      ms: {
        template: timed ? times.template.int8 : null,
        search: timed ? times.search.int8 : null,
      },
      scores: scores[name] ?? null,
    };
  });
  return {
    format: 'tagalong-quantization/1',
    model: prepared.contract.name,
    recipe,
    tried,
    sensitivity,
    harmful,
    slow,
    folded: prepared.folded,
    equalised: recipe.equalise ? prepared.equalisedPairs : null,
    unknown: prepared.unknown,
    fineTuning: { 'int8-cpu': forms['int8-cpu'].fineTuning, 'int8-trt': forms['int8-trt'].fineTuning },
    columns: [float, ...columns],
    machine,
    load,
    samples: { calibrate: prepared.calibrate.crops.length, check: prepared.check.crops.length },
  };
}
