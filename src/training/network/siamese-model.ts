import type * as tfjs from '@tensorflow/tfjs';
import type { BatchStatistics, Engine } from '../engine/types.js';
import type { Branch } from './parameters.js';
import { batchNormEpsilon } from './fold.js';
import { networkGeometry, type NetworkSpec } from './spec.js';
import type { Variables } from './variables.js';

/** What the head says of every cell. */
export interface HeadOutput {
  /** [batch, cells, cells] logits. */
  readonly logits: tfjs.Tensor3D;
  /** [batch, cells, cells, 4]: left, top, right, bottom distances in cells (crop pixels / stride), > 0. */
  readonly distances: tfjs.Tensor4D;
}

/** The same with what it was made from. */
export interface SiameseOutput extends HeadOutput {
  /** Correlation maps [batch, cells, cells, template cells squared]: of the same shape however wide the network is. */
  readonly maps: tfjs.Tensor4D;
}

export type StatisticsListener = (
  stack: string,
  branch: Branch,
  statistics: readonly BatchStatistics[],
) => void;

/** Forward passes of the network in training mode (batch statistics), differentiable; run them inside tf.tidy. */
export class SiameseModel {
  readonly #engine: Engine;
  readonly #spec: NetworkSpec;
  readonly #variables: Variables;
  readonly #onStatistics: StatisticsListener;

  constructor(
    engine: Engine,
    spec: NetworkSpec,
    variables: Variables,
    onStatistics: StatisticsListener = () => undefined,
  ) {
    this.#engine = engine;
    this.#spec = spec;
    this.#variables = variables;
    this.#onStatistics = onStatistics;
  }

  /** [batch, size, size, 3] normalised crops -> [batch, cells, cells, channels]. */
  features(crops: tfjs.Tensor4D, branch: Branch): tfjs.Tensor4D {
    const { backbone } = this.#spec;
    return this.#engine.convStack(crops, backbone, this.#variables.stack('backbone', backbone.length), {
      epsilon: batchNormEpsilon,
      onStatistics: (statistics) => {
        this.#onStatistics('backbone', branch, statistics);
      },
    });
  }

  /** Template features and search features of the same batch size -> answer for every cell of the search. */
  head(template: tfjs.Tensor4D, search: tfjs.Tensor4D): SiameseOutput {
    const { tf } = this.#engine;
    const { head } = this.#spec;
    const maps = correlate(tf, template, search);
    const input = tf.concat([maps, search], 3);
    const trunk = this.#engine.convStack(input, head, this.#variables.stack('head', head.length), {
      inputGradient: true,
      epsilon: batchNormEpsilon,
      onStatistics: (statistics) => {
        this.#onStatistics('head', 'search', statistics);
      },
    });
    return { ...headOutputs(tf, trunk, this.#variables), maps };
  }

  get geometry() {
    return networkGeometry(this.#spec);
  }
}

/**
 * Pixel-wise correlation (Liao et al. 2020, "PG-Net", eq. 1): cosine of every search cell with every template cell.
 * [b, t, t, c], [b, s, s, c] -> [b, s, s, t*t].
 */
export function correlate(tf: Engine['tf'], template: tfjs.Tensor4D, search: tfjs.Tensor4D): tfjs.Tensor4D {
  const [batch, templateSide, , channels] = template.shape;
  const [, side] = search.shape;
  const kernels = unit(tf, template).reshape<tfjs.Tensor3D>([batch, templateSide * templateSide, channels]);
  const cells = unit(tf, search).reshape<tfjs.Tensor3D>([batch, side * side, channels]);
  return tf.matMul(cells, kernels, false, true).reshape([batch, side, side, templateSide * templateSide]);
}

/** L2-normalised over channels; the epsilon is part of the exported graph. */
export const normEpsilon = 1e-4;

function unit(tf: Engine['tf'], features: tfjs.Tensor4D): tfjs.Tensor4D {
  const squared = tf.sum(tf.square(features), 3, true);
  return tf.mul(features, tf.rsqrt(tf.add(squared, normEpsilon)));
}

export function headOutputs(
  tf: Engine['tf'],
  trunk: tfjs.Tensor4D,
  variables: Pick<Variables, 'get'>,
): HeadOutput {
  const [batch, side] = trunk.shape;
  const output = (name: string): tfjs.Tensor4D =>
    tf.add(
      tf.conv2d(trunk, variables.get<tfjs.Tensor4D>(`${name}.filter`), 1, 'same'),
      variables.get(`${name}.bias`),
    );
  return {
    logits: output('score').reshape([batch, side, side]),
    distances: tf.exp(output('distance')),
  };
}
