import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';
import type { HeadOutput, SiameseOutput } from '../network/siamese-model.js';
import { generalisedIou } from './response-loss.js';

/** What each term of distillation counts. The teacher's outputs are constants to all of them. */
export interface DistillWeights {
  /** Which cell: divergence of the softmax over the cells, at {@link DistillWeights.temperature}. */
  readonly response: number;
  /** How sure: divergence of every cell's score. */
  readonly score: number;
  /** 1 - generalised IoU with the teacher's boxes. */
  readonly box: number;
  /** Mean squared difference of the correlation maps. */
  readonly feature: number;
  /** What remains of the losses over labels. */
  readonly labels: number;
  /** Softens the softmax over the cells. */
  readonly temperature: number;
  /** Likelihood that the teacher must give to a mined pair's label (see trustIn, q = 1) for the label to count. */
  readonly belief: number;
}

export const defaultDistillWeights: DistillWeights = {
  response: 0.5,
  score: 0.5,
  box: 0.5,
  feature: 20,
  labels: 0.5,
  temperature: 2,
  belief: 0.05,
};

const cellAxes = [1, 2];

/** The terms, each times its weight: their sum is the loss. */
export type DistillTerms = Readonly<Record<'response' | 'score' | 'box' | 'feature', tfjs.Scalar>>;

/** What is known of the pairs of a batch. */
export interface DistillPairs {
  /** See responseLabels: [batch, cells, cells]. */
  readonly positive: tfjs.Tensor3D;
  /** 1 where the target is to be seen, else 0: [batch]. */
  readonly visible: tfjs.Tensor1D;
  /** 1 where the teacher believes the label, else 0: [batch]. */
  readonly believed: tfjs.Tensor1D;
}

/**
 * How far the student's answers are from the teacher's, over the pairs and the searches with wrong templates behind them. Where the teacher
 * does not believe a pair's label, its response takes the labels' share as well, and there is no box to learn.
 */
export function distillationLoss(
  tf: Engine['tf'],
  student: SiameseOutput,
  teacher: SiameseOutput,
  { positive, visible, believed }: DistillPairs,
  weights: DistillWeights,
): DistillTerms {
  const [batch] = visible.shape;
  const [wanted, found] = [teacher, student].map(({ logits, distances }) => ({
    logits: logits.slice([0, 0, 0], [batch, -1, -1]),
    distances: distances.slice([0, 0, 0, 0], [batch, -1, -1, -1]),
  })) as [HeadOutput, HeadOutput];
  const mean = (perPair: tfjs.Tensor1D, share: tfjs.Tensor1D): tfjs.Scalar =>
    tf.div(tf.sum(tf.mul(perPair, share)), tf.maximum(tf.sum(visible), 1));
  const response = responseDivergence(tf, found.logits, wanted.logits, weights.temperature);
  const instead = tf.mul(tf.sub(1, believed), weights.labels);
  const box = boxDivergence(tf, found.distances, wanted.distances, positive);
  return {
    response: mean(response, tf.mul(visible, tf.add(weights.response, instead))),
    score: tf.mul(tf.mean(scoreDivergence(tf, student.logits, teacher.logits)), weights.score),
    box: mean(box, tf.mul(tf.mul(visible, believed), weights.box)),
    feature: tf.mul(tf.mean(relationDivergence(tf, student.maps, teacher.maps)), weights.feature),
  };
}

/**
 * T² KL(teacher || student) of the softmax over all cells at temperature T (Hinton, Vinyals, Dean 2015, sec. 2: the factor keeps
 * the gradients' size). [batch, cells, cells] logits -> [batch].
 */
export function responseDivergence(
  tf: Engine['tf'],
  student: tfjs.Tensor3D,
  teacher: tfjs.Tensor3D,
  temperature: number,
): tfjs.Tensor1D {
  const [wanted, found] = [teacher, student].map((logits) => logShares(tf, tf.div(logits, temperature)));
  const divergence = tf.sum<tfjs.Tensor1D>(tf.mul(tf.exp(wanted!), tf.sub(wanted!, found!)), cellAxes);
  return tf.mul(divergence, temperature ** 2);
}

/** KL(teacher || student) of every cell's score, a yes or no, summed over the cells. [rows, cells, cells] logits -> [rows]. */
export function scoreDivergence(
  tf: Engine['tf'],
  student: tfjs.Tensor3D,
  teacher: tfjs.Tensor3D,
): tfjs.Tensor1D {
  const probability = tf.sigmoid(teacher);
  // -log sigmoid(z) = softplus(-z), -log(1 - sigmoid(z)) = softplus(z)
  const yes = tf.mul(probability, tf.sub(tf.softplus(tf.neg(student)), tf.softplus(tf.neg(teacher))));
  const no = tf.mul(tf.sub(1, probability), tf.sub(tf.softplus(student), tf.softplus(teacher)));
  return tf.sum(tf.add(yes, no), cellAxes);
}

/**
 * 1 - generalised IoU with the teacher's box on the positive cells, which share 1.
 * @param positive [batch, cells, cells], see responseLabels @returns [batch]
 */
export function boxDivergence(
  tf: Engine['tf'],
  student: tfjs.Tensor4D,
  teacher: tfjs.Tensor4D,
  positive: tfjs.Tensor3D,
): tfjs.Tensor1D {
  return tf.sum(tf.mul(positive, tf.sub(1, generalisedIou(tf, student, teacher))), cellAxes);
}

/**
 * Mean squared difference of two networks' correlation maps [batch, cells, cells, template cells²] -> [batch]. The relations
 * between features are compared, not the features (relational distillation, Park, Kim, Lu, Cho 2019): no matter how wide either is.
 */
export function relationDivergence(
  tf: Engine['tf'],
  student: tfjs.Tensor4D,
  teacher: tfjs.Tensor4D,
): tfjs.Tensor1D {
  return tf.mean(tf.square(tf.sub(student, teacher)), [1, 2, 3]);
}

/** Logarithm of the softmax over the cells of every row. */
function logShares(tf: Engine['tf'], logits: tfjs.Tensor3D): tfjs.Tensor3D {
  return tf.sub(logits, tf.logSumExp(logits, cellAxes, true));
}
