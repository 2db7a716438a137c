import * as tf from '@tensorflow/tfjs';
import { type BatchNormOptions, DEFAULT_EPSILON } from '../types.js';
import { gradientOfNorm, normalise, statisticsOf } from './batch-norm.js';
import type { WasmHeap } from './heap.js';

/** `Engine.batchNormRelu` in JavaScript over the heap: three passes over the data forward, two backward. */
export function batchNormRelu(
  heap: WasmHeap,
  input: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { relu = true, epsilon = DEFAULT_EPSILON, onStatistics }: BatchNormOptions = {},
): tf.Tensor4D {
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const [x, scale, shift, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, SaveTensors];
    const y = heap.tensor<tf.Rank.R4>(x.shape);
    const statistics = statisticsOf(heap.floats(x), gamma.size);
    const affine = { gamma: heap.floats(scale), beta: heap.floats(shift), epsilon };
    normalise(heap.floats(x), heap.floats(y), statistics, affine, relu);
    onStatistics?.(statistics);
    save([x, scale, y]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [savedX, savedScale, savedY] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const dx = heap.tensor(savedX.shape);
      const [dgamma, dbeta] = [heap.tensor(gamma.shape), heap.tensor(beta.shape)];
      gradientOfNorm({
        x: heap.floats(savedX),
        dy: heap.floats(dy),
        // the ReLU let through what is above zero
        ...(relu ? { y: heap.floats(savedY) } : {}),
        gamma: heap.floats(savedScale),
        statistics,
        epsilon,
        dx: heap.floats(dx),
        dgamma: heap.floats(dgamma),
        dbeta: heap.floats(dbeta),
      });
      return [dx, dgamma, dbeta];
    };
    return { value: y, gradFunc };
  });
  return operation(input, gamma, beta);
}
type SaveTensors = (tensors: tf.Tensor[]) => void;
