import type { Engine } from '../engine/types.js';
import { contrastiveLoss, type ContrastiveOptions } from '../losses/contrastive-loss.js';
import { normalisedCrops } from '../network/normalised-crops.js';
import type { Parameters } from '../network/parameters.js';
import { RunningStatistics } from '../network/running-statistics.js';
import type { NetworkSpec } from '../network/spec.js';
import { namedGradients, Variables } from '../network/variables.js';
import type { StepResult } from '../optimise/optimise.js';
import { EmbeddingModel } from './embedding-model.js';
import type { ObjectBatch } from './object-batch.js';

/** Loss and gradients of one batch of background discrimination. */
export class EmbeddingStep {
  readonly #engine: Engine;
  readonly #spec: NetworkSpec;
  readonly #parameters: Parameters;
  readonly #options: ContrastiveOptions;
  readonly #variables: Variables;
  readonly #model: EmbeddingModel;
  readonly #statistics: RunningStatistics;

  constructor(engine: Engine, spec: NetworkSpec, parameters: Parameters, options: ContrastiveOptions) {
    this.#engine = engine;
    this.#spec = spec;
    this.#parameters = parameters;
    this.#options = options;
    this.#variables = new Variables(engine, parameters);
    this.#model = new EmbeddingModel(engine, spec, this.#variables);
    this.#statistics = new RunningStatistics(parameters);
  }

  run({ crops, objects, backgrounds }: ObjectBatch): StepResult {
    const { tf } = this.#engine;
    const { templateSize, normalisation } = this.#spec;
    this.#variables.assign(this.#parameters);
    let gradients = new Map<string, Float32Array>();
    let loss = 0;
    let retrieval = 0;
    tf.tidy(() => {
      const count = objects * (2 + backgrounds);
      const input = normalisedCrops(tf, crops, count, templateSize, normalisation);
      const { value, grads } = tf.variableGrads(() => {
        const all = this.#model.embed(input, (layers) => {
          this.#statistics.update('backbone', 'template', layers);
        });
        retrieval = retrievalShare(all.dataSync() as Float32Array, objects, backgrounds);
        const part = (from: number, size: number) => tf.slice(all, [from, 0], [size, -1]);
        const [anchors, positives] = [part(0, objects), part(objects, objects)];
        return contrastiveLoss(
          tf,
          anchors,
          positives,
          part(2 * objects, objects * backgrounds),
          this.#options,
        );
      }, this.#variables.list);
      loss = value.dataSync()[0]!;
      gradients = namedGradients(this.#variables, grads);
    });
    return { terms: { loss, retrieval }, gradients };
  }

  dispose(): void {
    this.#variables.dispose();
  }
}

/**
 * Share of anchors whose other view lies closer than every background crop of their own frame.
 * @param embeddings [(2 + k) n, d] unit vectors: anchors, positives, k backgrounds per anchor
 */
export function retrievalShare(embeddings: Float32Array, objects: number, backgrounds: number): number {
  const dimension = embeddings.length / (objects * (2 + backgrounds));
  const cosine = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < dimension; i += 1)
      sum += embeddings[a * dimension + i]! * embeddings[b * dimension + i]!;
    return sum;
  };
  let found = 0;
  for (let slot = 0; slot < objects; slot += 1) {
    const own = cosine(slot, objects + slot);
    const first = 2 * objects + slot * backgrounds;
    const closer = Array.from({ length: backgrounds }, (_, k) => cosine(slot, first + k)).some(
      (other) => other >= own,
    );
    if (!closer) found += 1;
  }
  return found / objects;
}
