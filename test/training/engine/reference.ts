import * as tf from '@tensorflow/tfjs';
import { createRandom } from '../../../src/core/random.js';

/** Numbers of a tensor with its shape, free of any backend. */
export interface Plain {
  readonly shape: number[];
  readonly data: Float32Array;
}

/** A function of tensors whose value and gradients are compared. */
export type Differentiable = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Normal numbers of a given spread. */
export function normal(shape: number[], seed: number, sigma = 1, mean = 0): Plain {
  const random = createRandom(seed);
  const length = shape.reduce((size, side) => size * side, 1);
  return { shape, data: Float32Array.from({ length }, () => mean + random.normal(sigma)) };
}

/** Seed of the weights that {@link evaluate} multiplies a value by. */
export const WEIGHTS_SEED = 99;

/** Value of `f` and gradients of its product with fixed random weights, on the current backend. */
export function evaluate(f: Differentiable, inputs: readonly Plain[]): Plain[] {
  return tf.tidy(() => {
    const tensors = inputs.map(({ shape, data }) => tf.tensor(data, shape));
    const value = f(...tensors);
    const weights = normal(value.shape, WEIGHTS_SEED);
    const weighted = (...xs: tf.Tensor[]): tf.Scalar =>
      tf.sum(tf.mul(f(...xs), tf.tensor(weights.data, weights.shape)));
    return [value, ...tf.grads(weighted)(tensors)].map((tensor) => ({
      shape: tensor.shape,
      data: tensor.dataSync<'float32'>().slice(),
    }));
  });
}

/** The same on the plain JavaScript backend of tfjs. */
export async function evaluateOnCpu(f: Differentiable, inputs: readonly Plain[]): Promise<Plain[]> {
  const backend = tf.getBackend();
  await tf.setBackend('cpu');
  try {
    return evaluate(f, inputs);
  } finally {
    await tf.setBackend(backend);
  }
}

/** Greatest difference, as a share of the greatest reference value. */
export function greatestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return actual.length === expected.length ? difference / scale : NaN;
}

/** Root mean square of the difference, as a share of that of the reference. */
export function rmsError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, scale] = [0, 1e-30];
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    scale += expected[i]! ** 2;
  }
  return actual.length === expected.length ? Math.sqrt(difference / scale) : NaN;
}

export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
