import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';
import type { DistillWeights } from '../losses/distillation-loss.js';
import type { Parameters } from '../network/parameters.js';
import { SiameseModel, type SiameseOutput } from '../network/siamese-model.js';
import type { NetworkSpec } from '../network/spec.js';
import { Variables } from '../network/variables.js';
import { type Rows, withWrongTemplates } from './rows.js';

/** A trained network that another one is to answer like. */
export interface TeacherOptions {
  /** Names it among the options of a run. */
  readonly name: string;
  readonly spec: NetworkSpec;
  readonly parameters: Parameters;
  readonly weights: DistillWeights;
}

/**
 * A teacher that does not change: its own variables, its forward pass by the statistics of each batch, as the student's. Call it
 * outside of what is differentiated, in a tf.tidy.
 */
export class Teacher {
  readonly #engine: Engine;
  readonly #variables: Variables;
  readonly #model: SiameseModel;

  constructor(engine: Engine, { spec, parameters }: Pick<TeacherOptions, 'spec' | 'parameters'>) {
    this.#engine = engine;
    this.#variables = new Variables(engine, parameters);
    this.#model = new SiameseModel(engine, spec, this.#variables);
  }

  /** Template features [batch, cells, cells, channels]. */
  templateFeatures(templates: tfjs.Tensor4D): tfjs.Tensor4D {
    return this.#model.features(templates, 'template');
  }

  /** Its answer to the batch and to the searches with wrong templates. */
  answer(
    templateFeatures: tfjs.Tensor4D,
    searches: tfjs.Tensor4D,
    extents: tfjs.Tensor2D,
    rows: Rows,
  ): SiameseOutput {
    const search = this.#model.features(searches, 'search');
    const { tf } = this.#engine;
    return this.#model.head(...withWrongTemplates(tf, [templateFeatures, search, extents], rows));
  }

  dispose(): void {
    this.#variables.dispose();
  }
}
