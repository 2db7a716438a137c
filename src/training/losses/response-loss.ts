import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';
import type { HeadOutput } from '../network/siamese-model.js';

export interface LossWeights {
  /** Focal binary cross-entropy of the cells' scores. */
  readonly score: number;
  /** Softmax over the cells: which one is the target. */
  readonly rank: number;
  /** Generalised IoU of the boxes. */
  readonly box: number;
  /** Focal cross-entropy of searches that do not hold the template's object. */
  readonly absent: number;
}

export const defaultLossWeights: LossWeights = { score: 1, rank: 0.5, box: 1.5, absent: 1 };

/** Tensors of {@link ResponseLabels}, and the weight of every pair: [batch]. */
export interface LabelTensors {
  readonly positive: tfjs.Tensor3D;
  readonly negative: tfjs.Tensor3D;
  readonly distances: tfjs.Tensor4D;
  readonly weight: tfjs.Tensor1D;
  /** How far the network believes the pairs, see trust.ts: [batch]; ones when all are believed. */
  readonly trust: tfjs.Tensor1D;
}

export interface LossTerms {
  readonly score: tfjs.Scalar;
  readonly rank: tfjs.Scalar;
  readonly box: tfjs.Scalar;
}

const cellAxes = [1, 2];
/** The positive cells of a pair share one unit where the focal loss sums over them: about three cells to one. */
const backgroundShare = 1 / 3;

/** The three terms for pairs that show the same object; each is a weighted mean over the batch. */
export function presentLoss(
  tf: Engine['tf'],
  { logits, distances }: HeadOutput,
  labels: LabelTensors,
): LossTerms {
  const mean = (perPair: tfjs.Tensor): tfjs.Scalar =>
    tf.div(
      tf.sum(tf.mul(perPair, tf.mul(labels.weight, labels.trust))),
      tf.maximum(tf.sum(labels.weight), 1e-6),
    );
  // focal BCE: positive cells share one unit per pair, background is summed, so both stay comparable
  const hit = tf.sum(tf.mul(labels.positive, focal(tf, tf.neg(logits))), cellAxes);
  const falseAlarm = tf.sum(tf.mul(labels.negative, focal(tf, logits)), cellAxes);
  // softmax cross-entropy over all cells that are not ignored
  const considered = consideredLogits(tf, logits, labels);
  const rank = tf.sub(tf.logSumExp(considered, cellAxes), tf.sum(tf.mul(labels.positive, logits), cellAxes));
  const overlap = generalisedIou(tf, distances, labels.distances);
  const box = tf.sum(tf.mul(labels.positive, tf.sub(1, overlap)), cellAxes);
  return { score: mean(tf.add(hit, tf.mul(backgroundShare, falseAlarm))), rank: mean(rank), box: mean(box) };
}

/**
 * Focal cross-entropy of searches that do not hold the template's object: every cell is background.
 *
 * @param absent 1 for such rows, 0 for the others: [batch]
 * @returns the mean over the rows marked, 0 when there is none
 */
export function absentLoss(tf: Engine['tf'], logits: tfjs.Tensor3D, absent: tfjs.Tensor1D): tfjs.Scalar {
  const perRow = tf.sum(focal(tf, logits), cellAxes);
  return tf.div(tf.sum(tf.mul(perRow, absent)), tf.maximum(tf.sum(absent), 1));
}

/** The logits of positive and background cells; those of the ignored cells between are far below. */
export function consideredLogits(
  tf: Engine['tf'],
  logits: tfjs.Tensor3D,
  { positive, negative }: Pick<LabelTensors, 'positive' | 'negative'>,
): tfjs.Tensor3D {
  return tf.sub(logits, tf.mul(tf.sub(1, tf.add(negative, tf.step(positive))), 1e4));
}

/**
 * Generalised IoU (Rezatofighi et al. 2019, alg. 1) of boxes given by distances from the same cell: [..., 4] -> [...].
 */
export function generalisedIou(
  tf: Engine['tf'],
  predicted: tfjs.Tensor4D,
  truth: tfjs.Tensor4D,
): tfjs.Tensor3D {
  const [left, top, right, bottom] = tf.unstack(predicted, 3) as Sides;
  const [trueLeft, trueTop, trueRight, trueBottom] = tf.unstack(truth, 3) as Sides;
  const area = tf.mul(tf.add(left, right), tf.add(top, bottom));
  const trueArea = tf.mul(tf.add(trueLeft, trueRight), tf.add(trueTop, trueBottom));
  // sides from one point: their minima make the intersection (none where they add up to less than nothing), their maxima the hull
  const shared = tf.mul(
    tf.relu(tf.add(tf.minimum(left, trueLeft), tf.minimum(right, trueRight))),
    tf.relu(tf.add(tf.minimum(top, trueTop), tf.minimum(bottom, trueBottom))),
  );
  const hull = tf.mul(
    tf.add(tf.maximum(left, trueLeft), tf.maximum(right, trueRight)),
    tf.add(tf.maximum(top, trueTop), tf.maximum(bottom, trueBottom)),
  );
  const union = tf.sub(tf.add(area, trueArea), shared);
  return tf.sub(tf.div(shared, union), tf.div(tf.sub(hull, union), hull));
}

type Sides = [tfjs.Tensor3D, tfjs.Tensor3D, tfjs.Tensor3D, tfjs.Tensor3D];

/** sigmoid(z)^2 * -log(1 - sigmoid(z)): the focal loss (Lin et al. 2017, eq. 4, exponent 2) of a background cell. */
function focal(tf: Engine['tf'], logits: tfjs.Tensor): tfjs.Tensor {
  const probability = tf.sigmoid(logits);
  return tf.mul(tf.square(probability), tf.softplus(logits));
}
