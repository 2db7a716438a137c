import type * as tfjs from '@tensorflow/tfjs';
import type { Engine } from '../engine/types.js';
import { consideredLogits, type LabelTensors } from './response-loss.js';

/**
 * How far each pair is believed, 0..1: the weight p^q by which the generalised cross-entropy (1 - p^q) / q (Zhang and
 * Sabuncu 2018, eq. 6) scales the gradient of the cross-entropy, p being the likelihood that the network itself gives
 * the pair's labels: exp(-KL) of the positive cells' share against the softmax over all cells. A wrong pair, which the
 * network finds unlikely, hardly pulls; q = 0 believes all. A constant as far as gradients go.
 *
 * @param logits [batch, cells, cells]
 * @returns [batch]
 */
export function trustIn(
  tf: Engine['tf'],
  logits: tfjs.Tensor3D,
  { positive, negative }: Pick<LabelTensors, 'positive' | 'negative'>,
  q: number,
): Float32Array {
  return tf.tidy(() => {
    const cells = [1, 2];
    const likelihood = tf.logSumExp(consideredLogits(tf, logits, { positive, negative }), cells);
    const crossEntropy = tf.sub(likelihood, tf.sum(tf.mul(positive, logits), cells));
    // n positive cells share 1: the entropy of their distribution is log n, and 1/n the sum of its squares
    const entropy = tf.neg(tf.log(tf.sum(tf.square(positive), cells)));
    const divergence = tf.sub(crossEntropy, entropy).dataSync();
    return Float32Array.from(divergence, (value) => Math.exp(-q * Math.max(value, 0)));
  });
}
