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
  /**
   * [batch, cells, cells, 4]: left, top, right, bottom distances in cells (crop pixels / stride); negative where the cell lies outside of the box.
   */
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

  /**
   * Template features and search features of the same batch size -> answer for every cell of the search.
   * @param extents width and height of the targets in their templates, in cells: [batch, 2]
   */
  head(template: tfjs.Tensor4D, search: tfjs.Tensor4D, extents: tfjs.Tensor2D): SiameseOutput {
    const { tf } = this.#engine;
    const { head } = this.#spec;
    const maps = correlate(tf, template, search);
    const own = tf.mul<tfjs.Tensor4D>(maps, insideExtent(tf, extents, this.#spec));
    const input = tf.concat([own, tf.sub<tfjs.Tensor4D>(maps, own), search], 3);
    const trunk = this.#engine.convStack(input, head, this.#variables.stack('head', head.length), {
      inputGradient: true,
      epsilon: batchNormEpsilon,
      onStatistics: (statistics) => {
        this.#onStatistics('head', 'search', statistics);
      },
    });
    return { ...headOutputs(tf, trunk, this.#variables, extents), maps };
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

/**
 * Share of every template cell that lies inside the target's extent, taken along either axis: 1 inside, 0 in the context.
 * @param extents in cells: [batch, 2] @returns [batch, 1, 1, template cells squared]
 */
export function insideExtent(tf: Engine['tf'], extents: tfjs.Tensor2D, spec: NetworkSpec): tfjs.Tensor4D {
  const [columns, rows] = cellReaches(spec).map((reaches, axis) => {
    const half = tf.mul(extents.slice([0, axis], [-1, 1]), 0.5);
    return tf.clipByValue(tf.sub(half, tf.tensor2d(reaches, [1, reaches.length])), 0, 1);
  });
  return tf.mul(columns!, rows!).reshape([extents.shape[0], 1, 1, -1]);
}

/** How far, in cells, the inner edge of every template cell lies from the template's middle: along x, along y; row-major cells. */
export function cellReaches(spec: NetworkSpec): readonly [x: number[], y: number[]] {
  const { templateCells: side, stride, offset } = networkGeometry(spec);
  const reach = (index: number): number =>
    Math.abs(offset + index * stride - spec.templateSize / 2) / stride - 0.5;
  const cells = Array.from({ length: side * side }, (_, cell) => cell);
  return [cells.map((cell) => reach(cell % side)), cells.map((cell) => reach(Math.floor(cell / side)))];
}

/**
 * Where the template's target would lie, seen from every cell: shift of its centre, in cells, and its sides as ratios of the template's. What
 * is one thing need not be known for that: whatever was selected is found again as it was selected.
 */
export function headOutputs(
  tf: Engine['tf'],
  trunk: tfjs.Tensor4D,
  variables: Pick<Variables, 'get'>,
  extents: tfjs.Tensor2D,
): HeadOutput {
  const [batch, side] = trunk.shape;
  const output = (name: string): tfjs.Tensor4D =>
    tf.add(
      tf.conv2d(trunk, variables.get<tfjs.Tensor4D>(`${name}.filter`), 1, 'same'),
      variables.get(`${name}.bias`),
    );
  const shift = output('shift');
  const halves = tf.mul(tf.exp(output('ratio')), tf.mul(extents, 0.5).reshape([batch, 1, 1, 2]));
  return {
    logits: output('score').reshape([batch, side, side]),
    distances: tf.concat([tf.sub<tfjs.Tensor4D>(halves, shift), tf.add<tfjs.Tensor4D>(halves, shift)], 3),
  };
}
