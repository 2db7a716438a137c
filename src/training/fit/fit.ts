import { createRandom } from '../../core/random.js';
import { PairBatch } from '../data/pair-batch.js';
import type { PairSourceOptions } from '../data/pair-source.js';
import type { Engine } from '../engine/types.js';
import { defaultLossWeights, type LossWeights } from '../losses/response-loss.js';
import { fingerprint, initialParameters, type Parameters } from '../network/parameters.js';
import type { OptimisationState } from '../optimise/checkpoint.js';
import { type OptimiserOptions, resumableRun, type RunControl } from '../optimise/resumable-run.js';
import { SiameseStep } from './siamese-step.js';
import type { TeacherOptions } from './teacher.js';

export interface FitOptions extends RunControl {
  readonly engine: Engine;
  readonly storeDir: string;
  readonly out: string;
  readonly data: PairSourceOptions;
  readonly optimiser: OptimiserOptions;
  readonly lossWeights?: LossWeights;
  /** Share of every batch that is also searched with another sample's template. */
  readonly absentShare?: number;
  /** q of the noise-robust loss (losses/trust.ts); 0 trusts every mined pair. */
  readonly robustness?: number;
  /** Weights to start from (a pretrained backbone, an earlier round); arrays that fit replace the random ones. */
  readonly start?: { readonly name: string; readonly parameters: Parameters } | undefined;
  /** A trained network that the fitted one shall answer like (distillation). */
  readonly teacher?: TeacherOptions | undefined;
}

/** Fits the Siamese network on pairs. @returns the final state; its `average` is what ships. */
export function fit({
  engine,
  storeDir,
  data,
  lossWeights = defaultLossWeights,
  absentShare = 0.25,
  robustness = 0.3,
  start,
  teacher,
  ...run
}: FitOptions): Promise<OptimisationState> {
  const distillation = teacher ? { teacher: identityOf(teacher), distillWeights: teacher.weights } : {};
  const step = { spec: data.spec, weights: lossWeights, absentShare, robustness, teacher };
  return resumableRun({
    ...run,
    options: {
      lossWeights,
      absentShare,
      robustness,
      start: start ? identityOf(start) : null,
      ...distillation,
    },
    initial: () => startFrom(initialParameters(data.spec, createRandom(data.seed)), start?.parameters),
    batches: { data: { storeDir, kind: 'pairs', options: data }, createBatch: () => new PairBatch(data) },
    createStep: (parameters) => new SiameseStep(engine, parameters, step),
  });
}

/** A run goes on only with the very weights it began with. */
function identityOf({
  name,
  parameters,
}: {
  readonly name: string;
  readonly parameters: Parameters;
}): string {
  return `${name} ${fingerprint(parameters)}`;
}

function startFrom(parameters: Parameters, start: Parameters | undefined): Parameters {
  for (const [name, { data }] of start ?? []) {
    const own = parameters.get(name);
    if (own?.data.length === data.length) own.data.set(data);
  }
  return parameters;
}
