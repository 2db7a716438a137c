import * as tf from '@tensorflow/tfjs';
import { stackShapes } from '../stack-shapes.js';
import type { BatchStatistics, Engine, StackLayer, StackOptions, StackParameters } from '../types.js';

/** `Engine.convStack` for engines without one of their own: tfjs' convolution and the engine's batch normalisation, in turn. */
export function composedStack(
  batchNormRelu: Engine['batchNormRelu'],
  x: tf.Tensor4D,
  layers: readonly StackLayer[],
  parameters: readonly StackParameters[],
  { onStatistics, epsilon }: StackOptions = {},
): tf.Tensor4D {
  stackShapes(x.shape, layers, parameters);
  const statistics: BatchStatistics[] = [];
  const y = layers.reduce((input, { stride, padding, relu }, i) => {
    const { filter, gamma, beta } = parameters[i]!;
    return batchNormRelu(tf.conv2d(input, filter, stride, padding), gamma, beta, {
      relu,
      ...(epsilon === undefined ? {} : { epsilon }),
      onStatistics: (ofLayer) => statistics.push(ofLayer),
    });
  }, x);
  onStatistics?.(statistics);
  return y;
}
