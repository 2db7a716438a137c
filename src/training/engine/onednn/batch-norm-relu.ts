import * as tf from '@tensorflow/tfjs';
import { type BatchNormOptions, DEFAULT_EPSILON } from '../types.js';
import { batchNorm } from './batch-norm.js';
import { DataType } from './constants.js';
import type { KernelMemory } from './kernels.js';

/** Batch normalisation by the statistics of the batch and ReLU as one differentiable operation in fp32. */
export function batchNormRelu(
  { context, heap, address }: KernelMemory,
  input: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { relu = true, epsilon = DEFAULT_EPSILON, onStatistics }: BatchNormOptions = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = input.shape;
  const image = { batch, height, width, channels };
  const norm = batchNorm(context, { image, type: DataType.fp32, relu, epsilon });
  const at = (tensor: tf.Tensor): number => address.of(tensor);
  const operation = tf.customGrad<tf.Tensor4D>((...inputs) => {
    const [x, scale, shift, save] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, SaveTensors];
    const y = heap.tensor<tf.Rank.R4>(x.shape);
    const [mean, variance] = [heap.tensor([channels]), heap.tensor([channels])];
    const workspace = heap.bytes(norm.workspaceBytes);
    norm.forward({
      x: at(x),
      gamma: at(scale),
      beta: at(shift),
      mean: at(mean),
      variance: at(variance),
      y: at(y),
      workspace: at(workspace),
    });
    onStatistics?.({ mean: mean.dataSync<'float32'>(), variance: variance.dataSync<'float32'>() });
    save([x, scale, shift, mean, variance, workspace]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [savedX, savedScale, savedShift, savedMean, savedVariance, savedWorkspace] = saved as Saved;
      const dx = heap.tensor(savedX.shape);
      const [dgamma, dbeta] = [heap.tensor([channels]), heap.tensor([channels])];
      norm.backward({
        x: at(savedX),
        mean: at(savedMean),
        variance: at(savedVariance),
        dy: at(dy),
        gamma: at(savedScale),
        beta: at(savedShift),
        workspace: at(savedWorkspace),
        dx: at(dx),
        dgamma: at(dgamma),
        dbeta: at(dbeta),
      });
      return [dx, dgamma, dbeta];
    };
    return { value: y, gradFunc };
  });
  return operation(input, gamma, beta);
}
type SaveTensors = (tensors: tf.Tensor[]) => void;
type Saved = [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
