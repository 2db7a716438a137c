import type { StackLayer } from '../engine/types.js';
import { type Branch, layerNames, type Parameters, requireParameter, statisticNames } from './parameters.js';
import type { NetworkSpec } from './spec.js';

/** A convolution with bias, BN folded in. */
export interface FoldedLayer {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly relu: boolean;
  readonly inputs: number;
  readonly outputs: number;
  /** [kernel, kernel, in, out], row-major. */
  readonly filter: Float32Array;
  readonly bias: Float32Array;
}

/** The network as it ships: plain convolutions, the backbone once per branch. */
export interface FoldedNetwork {
  readonly spec: NetworkSpec;
  readonly template: readonly FoldedLayer[];
  readonly search: readonly FoldedLayer[];
  readonly head: readonly FoldedLayer[];
  readonly score: FoldedLayer;
  readonly shift: FoldedLayer;
  readonly ratio: FoldedLayer;
}

/** Added to the variance in training and in folding. */
export const batchNormEpsilon = 1e-5;

/** Folds batch normalisation into the convolutions: w' = w gamma / sqrt(var + eps), b' = beta - mean gamma / sqrt(var + eps). */
export function foldNetwork(parameters: Parameters, spec: NetworkSpec): FoldedNetwork {
  return {
    spec,
    template: foldStack(parameters, 'backbone', spec.backbone, 'template'),
    search: foldStack(parameters, 'backbone', spec.backbone, 'search'),
    head: foldStack(parameters, 'head', spec.head, 'search'),
    score: outputLayer(parameters, 'score'),
    shift: outputLayer(parameters, 'shift'),
    ratio: outputLayer(parameters, 'ratio'),
  };
}

/** Folds one stack with the running statistics of one branch. */
export function foldStack(
  parameters: Parameters,
  stack: string,
  layers: readonly StackLayer[],
  branch: Branch,
): FoldedLayer[] {
  return layers.map((layer, index) => {
    const names = layerNames(stack, index);
    const statistics = statisticNames(stack, index, branch);
    const { shape, data } = requireParameter(parameters, names.filter);
    const gamma = requireParameter(parameters, names.gamma).data;
    const beta = requireParameter(parameters, names.beta).data;
    const mean = requireParameter(parameters, statistics.mean).data;
    const variance = requireParameter(parameters, statistics.variance).data;
    const scale = gamma.map((value, channel) => value / Math.sqrt(variance[channel]! + batchNormEpsilon));
    return {
      kernel: layer.kernel,
      stride: layer.stride,
      padding: layer.padding,
      relu: layer.relu,
      inputs: shape[2]!,
      outputs: layer.channels,
      filter: data.map((value, i) => value * scale[i % layer.channels]!),
      bias: beta.map((value, channel) => value - mean[channel]! * scale[channel]!),
    };
  });
}

function outputLayer(parameters: Parameters, name: string): FoldedLayer {
  const { shape, data } = requireParameter(parameters, `${name}.filter`);
  const bias = requireParameter(parameters, `${name}.bias`).data;
  return {
    kernel: shape[0]!,
    stride: 1,
    padding: (shape[0]! - 1) / 2,
    relu: false,
    inputs: shape[2]!,
    outputs: shape[3]!,
    filter: data,
    bias,
  };
}
