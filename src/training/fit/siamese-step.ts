import type * as tfjs from '@tensorflow/tfjs';
import type { PairBatch, PairFacts } from '../data/pair-batch.js';
import type { Engine } from '../engine/types.js';
import { hardestTemplates } from '../losses/hardest-templates.js';
import { responseLabels } from '../losses/labels.js';
import { absentLoss, type LabelTensors, type LossWeights, presentLoss } from '../losses/response-loss.js';
import { trustIn } from '../losses/trust.js';
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
  /** Share of the batch that is also searched with another sample's template. */
  readonly absentShare: number;
  /** q of the noise-robust loss, see {@link trustIn}; 0 trusts every pair. */
  readonly robustness: number;
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
    const facts = batch.facts();
    const labels = responseLabels(
      facts.map(({ box }) => box),
      geometry,
    );
    const shape: [number, number, number] = [batch.size, geometry.searchCells, geometry.searchCells];
    return {
      templates: normalisedCrops(tf, batch.templates, batch.size, spec.templateSize, spec.normalisation),
      searches: normalisedCrops(tf, batch.searches, batch.size, spec.searchSize, spec.normalisation),
      facts,
      labels: {
        positive: tf.tensor3d(labels.positive, shape),
        negative: tf.tensor3d(labels.negative, shape),
        distances: tf.tensor4d(labels.distances, [...shape, 4]),
        weight: tf.tensor1d(facts.map(({ weight, visible }) => (visible ? weight : 0))),
      },
    };
  }

  #loss({ templates, searches, labels, facts }: Inputs, terms: Record<string, number>): tfjs.Scalar {
    const { tf } = this.#engine;
    const { weights, absentShare } = this.#options;
    const template = this.#model.features(templates, 'template');
    const search = this.#model.features(searches, 'search');
    const batch = template.shape[0];
    // another sample's template searched for in this sample: a negative for the price of a head pass
    const others = hardestTemplates(
      tf,
      template,
      facts.map(({ clip }) => clip),
    );
    const searched = others.slice(0, Math.floor(batch * absentShare));
    const absent = searched.filter((other) => other >= 0);
    const elsewhere = searched.flatMap((other, sample) => (other >= 0 ? [sample] : []));
    const output =
      absent.length === 0
        ? this.#model.head(template, search)
        : this.#model.head(
            tf.concat([template, pick(tf, template, absent)], 0),
            tf.concat([search, pick(tf, search, elsewhere)], 0),
          );
    const present = {
      logits: output.logits.slice([0, 0, 0], [batch, -1, -1]),
      distances: output.distances.slice([0, 0, 0, 0], [batch, -1, -1, -1]),
    };
    const trust = this.#trust(present.logits, labels, facts);
    const { score, rank, box } = presentLoss(tf, present, { ...labels, trust: tf.tensor1d(trust) });
    // rows where nothing is to be found: replaced targets, and the wrong templates behind them
    const nothing = tf.tensor1d([...facts.map(({ visible }) => (visible ? 0 : 1)), ...absent.map(() => 1)]);
    const wrong = absentLoss(tf, output.logits, nothing);
    for (const [name, term] of Object.entries({ score, rank, box, absent: wrong }))
      terms[name] = term.dataSync()[0]!;
    terms['trust'] = trust.reduce((sum, value) => sum + value, 0) / batch;
    return tf.addN<tfjs.Scalar>([
      tf.mul<tfjs.Scalar>(score, weights.score),
      tf.mul<tfjs.Scalar>(rank, weights.rank),
      tf.mul<tfjs.Scalar>(box, weights.box),
      tf.mul<tfjs.Scalar>(wrong, weights.absent),
    ]);
  }

  /** Self-pairs are right by construction; mined ones are believed as far as the network finds them likely. */
  #trust(logits: tfjs.Tensor3D, labels: Inputs['labels'], facts: readonly PairFacts[]): Float32Array {
    const { robustness } = this.#options;
    const ones = new Float32Array(facts.length).fill(1);
    if (robustness === 0 || facts.every(({ mined }) => !mined)) return ones;
    const trust = trustIn(this.#engine.tf, logits, labels, robustness);
    return ones.map((one, sample) => (facts[sample]!.mined ? trust[sample]! : one));
  }
}

/** Rows of a batch by their numbers, as a product with a selection matrix, whose gradient every engine has. */
function pick(tf: Engine['tf'], batch: tfjs.Tensor4D, rows: readonly number[]): tfjs.Tensor4D {
  const [count, height, width, channels] = batch.shape;
  const selection = tf.oneHot(tf.tensor1d([...rows], 'int32'), count, 1, 0, 'float32') as tfjs.Tensor2D;
  const flat = batch.reshape<tfjs.Tensor2D>([count, height * width * channels]);
  return tf.matMul(selection, flat).reshape([rows.length, height, width, channels]);
}

interface Inputs {
  readonly templates: tfjs.Tensor4D;
  readonly searches: tfjs.Tensor4D;
  readonly facts: readonly PairFacts[];
  readonly labels: Omit<LabelTensors, 'trust'>;
}
