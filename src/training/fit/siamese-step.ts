import type * as tfjs from '@tensorflow/tfjs';
import type { PairBatch, PairFacts } from '../data/pair-batch.js';
import type { Engine } from '../engine/types.js';
import { distillationLoss } from '../losses/distillation-loss.js';
import { responseLabels } from '../losses/labels.js';
import { absentLoss, type LabelTensors, type LossWeights, presentLoss } from '../losses/response-loss.js';
import { trustIn } from '../losses/trust.js';
import { normalisedCrops } from '../network/normalised-crops.js';
import type { Parameters } from '../network/parameters.js';
import { RunningStatistics } from '../network/running-statistics.js';
import { type HeadOutput, SiameseModel, type SiameseOutput } from '../network/siamese-model.js';
import { networkGeometry, type NetworkSpec } from '../network/spec.js';
import { namedGradients, Variables } from '../network/variables.js';
import type { StepResult } from '../optimise/optimise.js';
import { hardestRows, type Rows, withWrongTemplates } from './rows.js';
import { Teacher, type TeacherOptions } from './teacher.js';

export interface SiameseStepOptions {
  readonly spec: NetworkSpec;
  readonly weights: LossWeights;
  /** Share of the batch that is also searched with another sample's template. */
  readonly absentShare: number;
  /** q of the noise-robust loss, see {@link trustIn}; 0 trusts every pair. */
  readonly robustness: number;
  /** Whom to answer like, beside the labels. */
  readonly teacher?: TeacherOptions | undefined;
}

/** Loss and gradients of one batch of pairs; keeps the running BN statistics in `parameters` up to date. */
export class SiameseStep {
  readonly #engine: Engine;
  readonly #parameters: Parameters;
  readonly #variables: Variables;
  readonly #model: SiameseModel;
  readonly #options: SiameseStepOptions;
  readonly #teacher: Teacher | null;

  constructor(engine: Engine, parameters: Parameters, options: SiameseStepOptions) {
    this.#engine = engine;
    this.#parameters = parameters;
    this.#options = options;
    this.#teacher = options.teacher ? new Teacher(engine, options.teacher) : null;
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
      const lesson = this.#lesson(inputs);
      const { value, grads } = tf.variableGrads(
        () => this.#loss(inputs, lesson, terms),
        this.#variables.list,
      );
      terms['loss'] = value.dataSync()[0]!;
      gradients = namedGradients(this.#variables, grads);
    });
    return { terms, gradients };
  }

  dispose(): void {
    this.#variables.dispose();
    this.#teacher?.dispose();
  }

  /** What the teacher says of the batch: constants, made before anything is recorded for gradients. */
  #lesson({ templates, searches, extents, labels, facts }: Inputs): Lesson | null {
    const { absentShare, teacher } = this.#options;
    if (!this.#teacher || !teacher) return null;
    const { tf } = this.#engine;
    const features = this.#teacher.templateFeatures(templates);
    const rows = hardestRows(tf, features, facts, absentShare);
    const answer = this.#teacher.answer(features, searches, extents, rows);
    const likelihood = trustIn(tf, pairsOf(answer, facts.length).logits, labels, 1);
    const believed = facts.map(({ mined }, pair) =>
      mined && likelihood[pair]! < teacher.weights.belief ? 0 : 1,
    );
    return { rows, answer, believed };
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
      extents: tf.tensor2d(
        facts.map(({ extent: [width, height] }) => [width / geometry.stride, height / geometry.stride]),
        [batch.size, 2],
      ),
      facts,
      labels: {
        positive: tf.tensor3d(labels.positive, shape),
        negative: tf.tensor3d(labels.negative, shape),
        distances: tf.tensor4d(labels.distances, [...shape, 4]),
        weight: tf.tensor1d(facts.map(({ weight, visible }) => (visible ? weight : 0))),
      },
    };
  }

  #loss(
    { templates, searches, extents, labels, facts }: Inputs,
    lesson: Lesson | null,
    terms: Record<string, number>,
  ): tfjs.Scalar {
    const { tf } = this.#engine;
    const { weights, absentShare } = this.#options;
    const template = this.#model.features(templates, 'template');
    const search = this.#model.features(searches, 'search');
    // another sample's template searched for in this sample: a negative for the price of a head pass
    const rows = lesson?.rows ?? hardestRows(tf, template, facts, absentShare);
    const output = this.#model.head(...withWrongTemplates(tf, [template, search, extents], rows));
    const present = pairsOf(output, facts.length);
    const trust = this.#trust(present.logits, labels, facts);
    const believed = lesson ? trust.map((value, pair) => value * lesson.believed[pair]!) : trust;
    const { score, rank, box } = presentLoss(tf, present, { ...labels, trust: tf.tensor1d(believed) });
    // rows where nothing is to be found: replaced targets, and the wrong templates behind them
    const absent = [...facts.map(({ visible }) => (visible ? 0 : 1)), ...rows.templates.map(() => 1)];
    const wrong = absentLoss(tf, output.logits, tf.tensor1d(absent));
    for (const [name, term] of Object.entries({ score, rank, box, absent: wrong }))
      terms[name] = term.dataSync()[0]!;
    terms['trust'] = believed.reduce((sum, value) => sum + value, 0) / facts.length;
    const labelled = tf.addN<tfjs.Scalar>([
      tf.mul<tfjs.Scalar>(score, weights.score),
      tf.mul<tfjs.Scalar>(rank, weights.rank),
      tf.mul<tfjs.Scalar>(box, weights.box),
      tf.mul<tfjs.Scalar>(wrong, weights.absent),
    ]);
    return lesson ? this.#distilled(labelled, output, lesson, { labels, facts }, terms) : labelled;
  }

  /** The loss over labels with its share, and the distance from the teacher's answers. */
  #distilled(
    labelled: tfjs.Scalar,
    output: SiameseOutput,
    { answer, believed }: Lesson,
    { labels, facts }: Pick<Inputs, 'labels' | 'facts'>,
    terms: Record<string, number>,
  ): tfjs.Scalar {
    const { tf } = this.#engine;
    const { weights } = this.#options.teacher!;
    const pairs = {
      positive: labels.positive,
      visible: tf.tensor1d(facts.map(({ visible }) => (visible ? 1 : 0))),
      believed: tf.tensor1d([...believed]),
    };
    const distilled = Object.entries(distillationLoss(tf, output, answer, pairs, weights));
    for (const [name, term] of distilled) terms[`teacher ${name}`] = term.dataSync()[0]!;
    return tf.addN([tf.mul<tfjs.Scalar>(labelled, weights.labels), ...distilled.map(([, term]) => term)]);
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

/** The answer to the pairs themselves, without the rows behind them. */
function pairsOf({ logits, distances }: HeadOutput, pairs: number): HeadOutput {
  return {
    logits: logits.slice([0, 0, 0], [pairs, -1, -1]),
    distances: distances.slice([0, 0, 0, 0], [pairs, -1, -1, -1]),
  };
}

/** What a teacher says of one batch. */
interface Lesson {
  readonly rows: Rows;
  readonly answer: SiameseOutput;
  /** 1 for the pairs whose labels it believes, else 0. */
  readonly believed: readonly number[];
}

interface Inputs {
  readonly templates: tfjs.Tensor4D;
  readonly searches: tfjs.Tensor4D;
  /** In cells: [batch, 2]. */
  readonly extents: tfjs.Tensor2D;
  readonly facts: readonly PairFacts[];
  readonly labels: Omit<LabelTensors, 'trust'>;
}
