import { batchNormEpsilon } from '../network/fold.js';
import type * as tfjs from '@tensorflow/tfjs';
import type { Random } from '../../core/random.js';
import type { BatchStatistics, Engine } from '../engine/types.js';
import { addStack, normal, type Parameters } from '../network/parameters.js';
import { lastChannels, type NetworkSpec } from '../network/spec.js';
import type { Variables } from '../network/variables.js';

/**
 * The background-discrimination model (BD): the Siamese backbone, its central cells averaged, one linear layer to a
 * unit vector. An object and its other views lie close together; its surroundings lie far away.
 */
export class EmbeddingModel {
  readonly #engine: Engine;
  readonly #spec: NetworkSpec;
  readonly #variables: Variables;

  constructor(engine: Engine, spec: NetworkSpec, variables: Variables) {
    this.#engine = engine;
    this.#spec = spec;
    this.#variables = variables;
  }

  /** [batch, templateSize, templateSize, 3] normalised crops -> [batch, dimension] unit vectors. */
  embed(crops: tfjs.Tensor4D, onStatistics: (statistics: readonly BatchStatistics[]) => void): tfjs.Tensor2D {
    const { backbone } = this.#spec;
    const cells = this.#engine.convStack(
      crops,
      backbone,
      this.#variables.stack('backbone', backbone.length),
      {
        epsilon: batchNormEpsilon,
        onStatistics,
      },
    );
    return embedCells(this.#engine.tf, cells, this.#variables.get('embedding.filter'));
  }
}

/** Keeps the length of a zero vector defined; part of the exported graphs. */
export const embeddingEpsilon = 1e-6;

/** Mean of the cells the object covers, linear layer, unit length. */
export function embedCells(tf: Engine['tf'], cells: tfjs.Tensor4D, filter: tfjs.Tensor2D): tfjs.Tensor2D {
  const side = cells.shape[1];
  const rim = objectRim(side);
  const inner = side - 2 * rim;
  const object = tf.slice(cells, [0, rim, rim, 0], [-1, inner, inner, -1]);
  const projected = tf.matMul(tf.mean<tfjs.Tensor2D>(object, [1, 2]), filter);
  return tf.mul(projected, tf.rsqrt(tf.add(tf.sum(tf.square(projected), 1, true), embeddingEpsilon)));
}

/** Backbone as in the Siamese network (statistics of the template branch), and the projection to `dimension` numbers. */
export function initialEmbeddingParameters(spec: NetworkSpec, dimension: number, random: Random): Parameters {
  const parameters: Parameters = new Map();
  addStack(parameters, 'backbone', spec.backbone, 3, ['template'], random);
  const channels = lastChannels(spec.backbone);
  parameters.set('embedding.filter', normal([channels, dimension], Math.sqrt(1 / channels), random));
  return parameters;
}

/** Cells left out on every side of a template's feature map: with context 0.5 the object fills the middle half of a template crop. */
export function objectRim(side: number): number {
  return Math.floor(side / 4);
}
