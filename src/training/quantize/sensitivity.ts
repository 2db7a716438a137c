import type { OrtRuntime } from '../engine/ort/binding.js';
import { convLayers } from './graph/conv-layers.js';
import type { Agreement } from './measure/agreement.js';
import type { GraphBytes } from './measure/answers.js';
import { graphKinds, type Prepared } from './prepare.js';
import { applyRecipe, judge, type Recipe } from './recipe.js';

/** What it does to the answers when this layer alone is in 8 bits. */
export interface LayerSensitivity {
  /** `template/conv_0` */
  readonly layer: string;
  readonly agreement: Agreement;
  /** Success AUC with it on sequences with ground truth; null where that was not asked for. Told, not chosen by: it moves by 0.015 when anything does. */
  readonly auc: number | null;
}

/** Success AUC of a model with these graphs. */
export type AucOf = (graphs: GraphBytes) => Promise<number>;

/** What answers must reach. Peaks count where the float model is sure: elsewhere two cells are often as good as each other. */
export interface AgreementLimits {
  readonly surePeak: number;
  readonly boxIou: number;
}

/** Below this one layer alone is kept in float. */
export const defaultHarm: AgreementLimits = { surePeak: 0.98, boxIou: 0.97 };

/** What the whole model shall reach. */
export const defaultTarget: AgreementLimits = { surePeak: 0.975, boxIou: 0.95 };

export function reaches({ surePeak, boxIou }: Agreement, limits: AgreementLimits): boolean {
  return surePeak >= limits.surePeak && boxIou >= limits.boxIou;
}

/** All convolutions of both graphs, as `graph/name`. */
export function layerNames({ plain }: Prepared): string[] {
  return graphKinds.flatMap((kind) => convLayers(plain[kind].graph).map(({ name }) => `${kind}/${name}`));
}

/** Quantizes one layer at a time, all others in float; judged on the calibration crops. */
export async function* measureSensitivity(
  runtime: OrtRuntime,
  prepared: Prepared,
  recipe: Recipe,
  aucOf: AucOf | null,
): AsyncGenerator<LayerSensitivity> {
  const names = layerNames(prepared);
  for (const layer of names) {
    const others = new Set(names.filter((name) => name !== layer));
    const graphs = applyRecipe(runtime, prepared, { ...recipe, biasCorrection: false }, 'int8-cpu', others);
    const agreement = judge(runtime, prepared, graphs, prepared.calibrate);
    yield { layer, agreement, auc: (await aucOf?.(graphs)) ?? null };
  }
}

/** Those that cost more than the limits, worst first. */
export function harmfulLayers(sensitivity: readonly LayerSensitivity[], limits: AgreementLimits): string[] {
  return byHarm(sensitivity)
    .filter(({ agreement }) => !reaches(agreement, limits))
    .map(({ layer }) => layer);
}

/** Worst first. */
export function byHarm(sensitivity: readonly LayerSensitivity[]): LayerSensitivity[] {
  const kept = ({ agreement }: LayerSensitivity): number => agreement.surePeak + agreement.boxIou;
  return [...sensitivity].sort((a, b) => kept(a) - kept(b));
}
