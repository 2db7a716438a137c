import type * as tfjs from '@tensorflow/tfjs';
import type { PairBatch } from '../data/pair-batch.js';
import type { Engine } from '../engine/types.js';
import { responseLabels } from '../losses/labels.js';
import { absentLoss, type LabelTensors, type LossWeights, presentLoss } from '../losses/response-loss.js';
import { normalisedCrops } from '../network/normalised-crops.js';
import type { Parameters } from '../network/parameters.js';
import { RunningStatistics } from '../network/running-statistics.js';
import { SiameseModel } from '../network/siamese-model.js';
import { networkGeometry, type NetworkSpec } from '../network/spec.js';
import { namedGradients, Variables } from '../network/variables.js';
import type { StepResult } from '../optimise/optimise.js';

export interface SiameseStepOptions {
  readonly spec: NetworkSpec;
  readonly weights: LossWeights;
  /** Share of the batch that is also searched with the next sample's template; the last sample has no next one. */
  readonly absentShare: number;
}

/** Loss and gradients of one batch of pairs; keeps the running BN statistics in `parameters` up to date. */
export class SiameseStep {
  readonly #engine: Engine;
  readonly #parameters: Parameters;
  readonly #variables: Variables;
  readonly #model: SiameseModel;
  readonly #options: SiameseStepOptions;

  constructor(engine: Engine, parameters: Parameters, options: SiameseStepOptions) {
    this.#engine = engine;
    this.#parameters = parameters;
    this.#options = options;
    this.#variables = new Variables(engine, parameters);
    const statistics = new RunningStatistics(parameters);
    this.#model = new SiameseModel(engine, options.spec, this.#variables, (stack, branch, layers) => {
      statistics.update(stack, branch, layers);
    });
  }

  run(batch: PairBatch): StepResult {
    const { tf } = this.#engine;
    this.#variables.assign(this.#parameters);
    const terms: Record<string, number> = {};
    let gradients = new Map<string, Float32Array>();
    tf.tidy(() => {
      const inputs = this.#inputs(batch);
      const { value, grads } = tf.variableGrads(() => this.#loss(inputs, terms), this.#variables.list);
      terms['loss'] = value.dataSync()[0]!;
      gradients = namedGradients(this.#variables, grads);
    });
    return { terms, gradients };
  }

  dispose(): void {
    this.#variables.dispose();
  }

  #inputs(batch: PairBatch): Inputs {
    const { tf } = this.#engine;
    const { spec } = this.#options;
    const geometry = networkGeometry(spec);
    const labels = responseLabels(batch.boxes(), geometry);
    const shape: [number, number, number] = [batch.size, geometry.searchCells, geometry.searchCells];
    return {
      templates: normalisedCrops(tf, batch.templates, batch.size, spec.templateSize, spec.normalisation),
      searches: normalisedCrops(tf, batch.searches, batch.size, spec.searchSize, spec.normalisation),
      labels: {
        positive: tf.tensor3d(labels.positive, shape),
        negative: tf.tensor3d(labels.negative, shape),
        distances: tf.tensor4d(labels.distances, [...shape, 4]),
        weight: tf.tensor1d(batch.weights()),
      },
    };
  }

  #loss({ templates, searches, labels }: Inputs, terms: Record<string, number>): tfjs.Scalar {
    const { tf } = this.#engine;
    const { weights, absentShare } = this.#options;
    const template = this.#model.features(templates, 'template');
    const search = this.#model.features(searches, 'search');
    const batch = template.shape[0];
    const absent = Math.min(Math.floor(batch * absentShare), batch - 1);
    // the neighbour's template searched for in this sample: a negative for free
    const shifted = tf.concat([template, template.slice([1, 0, 0, 0], [absent, -1, -1, -1])], 0);
    const repeated = tf.concat([search, search.slice([0, 0, 0, 0], [absent, -1, -1, -1])], 0);
    const output = this.#model.head(shifted, repeated);
    const present = {
      logits: output.logits.slice([0, 0, 0], [batch, -1, -1]),
      distances: output.distances.slice([0, 0, 0, 0], [batch, -1, -1, -1]),
    };
    const { score, rank, box } = presentLoss(tf, present, labels);
    // the mean over no cell at all would be NaN
    const elsewhere =
      absent > 0 ? absentLoss(tf, output.logits.slice([batch, 0, 0], [absent, -1, -1])) : tf.scalar(0);
    for (const [name, term] of Object.entries({ score, rank, box, absent: elsewhere }))
      terms[name] = term.dataSync()[0]!;
    return tf.addN<tfjs.Scalar>([
      tf.mul<tfjs.Scalar>(score, weights.score),
      tf.mul<tfjs.Scalar>(rank, weights.rank),
      tf.mul<tfjs.Scalar>(box, weights.box),
      tf.mul<tfjs.Scalar>(elsewhere, weights.absent),
    ]);
  }
}

interface Inputs {
  readonly templates: tfjs.Tensor4D;
  readonly searches: tfjs.Tensor4D;
  readonly labels: LabelTensors;
}
