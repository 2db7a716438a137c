import { createRandom } from '../../core/random.js';
import type { Engine } from '../engine/types.js';
import type { ContrastiveOptions } from '../losses/contrastive-loss.js';
import type { OptimisationState } from '../optimise/checkpoint.js';
import { type OptimiserOptions, resumableRun, type RunControl } from '../optimise/resumable-run.js';
import { initialEmbeddingParameters } from './embedding-model.js';
import { EmbeddingStep } from './embedding-step.js';
import { ObjectBatch } from './object-batch.js';
import type { ObjectSourceOptions } from './object-source.js';

export interface DiscriminateOptions extends RunControl {
  readonly engine: Engine;
  readonly storeDir: string;
  readonly out: string;
  readonly data: ObjectSourceOptions;
  readonly optimiser: OptimiserOptions;
  readonly loss?: ContrastiveOptions;
  /** Length of the embedding. */
  readonly dimension?: number;
}

/**
 * Trains the background-discrimination model (Wu, Wan, Chan 2021): an object's crop against its augmented
 * view, with background crops of its own frame and other objects as negatives.
 */
export function discriminate({
  engine,
  storeDir,
  data,
  loss = { temperature: 0.1, hardShare: 0.25 },
  dimension = 64,
  ...run
}: DiscriminateOptions): Promise<OptimisationState> {
  return resumableRun({
    ...run,
    options: { loss, dimension },
    initial: () => initialEmbeddingParameters(data.spec, dimension, createRandom(data.seed)),
    batches: { data: { storeDir, kind: 'objects', options: data }, createBatch: () => new ObjectBatch(data) },
    createStep: (parameters) => new EmbeddingStep(engine, data.spec, parameters, loss),
  });
}
