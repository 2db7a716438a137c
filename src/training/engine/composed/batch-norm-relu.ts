import * as tf from '@tensorflow/tfjs';
import { type BatchNormOptions, DEFAULT_EPSILON } from '../types.js';

const IMAGE_AXES = [0, 1, 2];

/** `Engine.batchNormRelu` of tfjs' operations, with the gradient written out: that of `tf.batchNorm` is several times slower. */
export function batchNormRelu(
  input: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { relu = true, epsilon = DEFAULT_EPSILON, onStatistics }: BatchNormOptions = {},
): tf.Tensor4D {
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const [x, scale, shift, save] = inputs as [tf.Tensor4D, tf.Tensor, tf.Tensor, SaveTensors];
    const { mean, variance } = tf.moments(x, IMAGE_AXES);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normalised = tf.mul(tf.sub(x, mean), inverse);
    const shifted = tf.add(tf.mul(normalised, scale), shift);
    const value = (relu ? tf.relu(shifted) : shifted) as tf.Tensor4D;
    onStatistics?.({ mean: mean.dataSync<'float32'>(), variance: variance.dataSync<'float32'>() });
    save([normalised, inverse, scale, value]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [xhat, inverseDeviation, savedScale, y] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      // the ReLU let through what is above zero
      const through = relu ? tf.mul(dy, tf.step(y)) : dy;
      const dgamma = tf.sum(tf.mul(through, xhat), IMAGE_AXES);
      const dbeta = tf.sum(through, IMAGE_AXES);
      // dx = gamma / sigma (dy - mean(dy) - xhat mean(dy xhat))
      const rows = y.size / gamma.size;
      const centred = tf.sub(tf.sub(through, tf.div(dbeta, rows)), tf.mul(xhat, tf.div(dgamma, rows)));
      return [tf.mul(centred, tf.mul(savedScale, inverseDeviation)), dgamma, dbeta];
    };
    return { value, gradFunc };
  });
  return operation(input, gamma, beta);
}
type SaveTensors = (tensors: tf.Tensor[]) => void;
