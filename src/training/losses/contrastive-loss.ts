import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';

export interface ContrastiveOptions {
  readonly temperature: number;
  /** Share of the background crops of the same frame that count: the hardest (anchor-based hard negative mining). */
  readonly hardShare: number;
}

/**
 * InfoNCE (van den Oord et al. 2018, eq. 4) of background discrimination: the anchor's positive against the hardest
 * background crops of its own frame and against the objects of all other samples.
 *
 * @param anchors [n, d] unit vectors
 * @param positives [n, d] other views of the same objects
 * @param backgrounds [n * k, d] crops of the anchors' own frames, k each, in the anchors' order
 */
export function contrastiveLoss(
  tf: Engine['tf'],
  anchors: tfjs.Tensor2D,
  positives: tfjs.Tensor2D,
  backgrounds: tfjs.Tensor2D,
  { temperature, hardShare }: ContrastiveOptions,
): tfjs.Scalar {
  const [count, dimension] = anchors.shape;
  const perAnchor = backgrounds.shape[0] / count;
  // diagonal: the positive; the rest of a row: the objects of other samples
  const objects = tf.div(tf.matMul(anchors, positives, false, true), temperature);
  const own = backgrounds.reshape<tfjs.Tensor3D>([count, perAnchor, dimension]);
  const cosines = tf.matMul(anchors.reshape<tfjs.Tensor3D>([count, 1, dimension]), own, false, true);
  const similar = tf.div<tfjs.Tensor2D>(cosines.reshape([count, perAnchor]), temperature);
  const hard = tf.add(similar, hardestOnly(tf, similar, Math.max(1, Math.ceil(perAnchor * hardShare))));
  const all = tf.concat([objects, hard], 1);
  const agreement = tf.sum(tf.mul(objects, tf.eye(count)), 1);
  return tf.mean(tf.sub(tf.logSumExp(all, 1), agreement));
}

/** 0 on the `keep` largest of every row, -1e4 elsewhere; a constant as far as gradients go. */
export function hardestOnly(tf: Engine['tf'], rows: tfjs.Tensor2D, keep: number): tfjs.Tensor2D {
  const [count, width] = rows.shape;
  const values = rows.dataSync();
  const mask = new Float32Array(values.length).fill(-1e4);
  for (let row = 0; row < count; row += 1) {
    const order = Array.from({ length: width }, (_, i) => row * width + i).sort(
      (a, b) => values[b]! - values[a]!,
    );
    for (const at of order.slice(0, keep)) mask[at] = 0;
  }
  return tf.tensor2d(mask, [count, width]);
}
