import type * as tfjs from '@tensorflow/tfjs';
import type { Random } from '../../core/random.js';
import type { Engine } from '../engine/types.js';
import { batchNormEpsilon, type FoldedLayer } from './fold.js';
import {
  initialParameters,
  layerNames,
  type Parameters,
  requireParameter,
  statisticNames,
} from './parameters.js';
import type { FoldedStacks } from './read-folded.js';
import { correlate, insideExtent } from './siamese-model.js';
import type { NetworkSpec } from './spec.js';

/** Normalised crops of pairs, and the extents of the targets in the templates, in cells. */
export interface UnfoldBatch {
  readonly templates: tfjs.Tensor4D;
  readonly searches: tfjs.Tensor4D;
  readonly extents: tfjs.Tensor2D;
}

/**
 * Weights to train on with, from a network whose batch normalisation was folded away: the inverse of foldNetwork(), as far as there is one.
 * A folded filter fixes gamma / sigma alone, so sigma and the mean are measured on a batch: with them training, which normalises by the
 * statistics of its batches, begins where the folded network stands. The template branch keeps the ratio of its filters to those of the
 * search. What a model has not (shift and ratio of the box, in models that were not told the extent) is as in initialParameters().
 */
export function unfoldNetwork(
  { tf }: Engine,
  stacks: FoldedStacks,
  spec: NetworkSpec,
  batch: UnfoldBatch,
  random: Random,
): Parameters {
  const parameters = initialParameters(spec, random);
  const set = (name: string, values: ArrayLike<number>): void => {
    requireParameter(parameters, name).data.set(values);
  };
  tf.tidy(() => {
    /** Sets gamma, beta and the search's statistics of a layer; answers what leaves it. */
    const measured = (stack: string, index: number, x: tfjs.Tensor4D, layer: FoldedLayer): tfjs.Tensor4D => {
      const raw = convolved(tf, x, layer);
      const { mean, variance } = tf.moments(raw, [0, 1, 2]);
      const [means, variances] = [mean.dataSync(), variance.dataSync()];
      const names = layerNames(stack, index);
      const statistics = statisticNames(stack, index, 'search');
      set(names.filter, layer.filter);
      set(
        names.gamma,
        variances.map((value) => Math.sqrt(value + batchNormEpsilon)),
      );
      set(
        names.beta,
        layer.bias.map((value, channel) => value + means[channel]!),
      );
      set(statistics.mean, means);
      set(statistics.variance, variances);
      return tf.relu(tf.add<tfjs.Tensor4D>(raw, tf.tensor1d(layer.bias)));
    };
    const search = stacks.search.reduce<tfjs.Tensor4D>(
      (x, layer, i) => measured('backbone', i, x, layer),
      batch.searches,
    );
    const template = stacks.template.reduce<tfjs.Tensor4D>(
      (x, layer): tfjs.Tensor4D =>
        tf.relu(tf.add<tfjs.Tensor4D>(convolved(tf, x, layer), tf.tensor1d(layer.bias))),
      batch.templates,
    );
    const maps = correlate(tf, template, search);
    const own = tf.mul<tfjs.Tensor4D>(maps, insideExtent(tf, batch.extents, spec));
    const input = tf.concat([own, tf.sub<tfjs.Tensor4D>(maps, own), search], 3);
    stacks.head.reduce<tfjs.Tensor4D>((x, layer, i) => measured('head', i, x, layer), input);
  });
  stacks.template.forEach((layer, index) => {
    setTemplateStatistics(parameters, index, layer, stacks.search[index]!);
  });
  const outputs = [
    ['score', stacks.score],
    ['shift', stacks.box?.[0]],
    ['ratio', stacks.box?.[1]],
  ] as const;
  for (const [name, layer] of outputs) {
    if (!layer) continue;
    set(`${name}.filter`, layer.filter);
    set(`${name}.bias`, layer.bias);
  }
  return parameters;
}

/** Statistics by which the search's filter, gamma and beta fold to the template's: w_t = w gamma / sigma_t, b_t = beta - mean_t gamma / sigma_t. */
function setTemplateStatistics(
  parameters: Parameters,
  index: number,
  template: FoldedLayer,
  search: FoldedLayer,
): void {
  const { gamma, beta } = layerNames('backbone', index);
  const statistics = statisticNames('backbone', index, 'template');
  const of = (name: string): Float32Array => requireParameter(parameters, name).data;
  for (let channel = 0; channel < search.outputs; channel += 1) {
    const ratio = scaleBetween(search, template, channel);
    of(statistics.variance)[channel] = (of(gamma)[channel]! / ratio) ** 2 - batchNormEpsilon;
    of(statistics.mean)[channel] = (of(beta)[channel]! - template.bias[channel]!) / ratio;
  }
}

/** The factor between two filters that are the same but for it, by least squares. */
function scaleBetween(from: FoldedLayer, to: FoldedLayer, channel: number): number {
  let [product, square] = [0, 1e-20];
  for (let i = channel; i < from.filter.length; i += from.outputs) {
    product += from.filter[i]! * to.filter[i]!;
    square += from.filter[i]! ** 2;
  }
  return Math.max(product / square, 1e-6);
}

function convolved(tf: Engine['tf'], x: tfjs.Tensor4D, layer: FoldedLayer): tfjs.Tensor4D {
  const { kernel, inputs, outputs, filter, stride, padding } = layer;
  const pads: [number, number] = [padding, padding];
  return tf.conv2d(x, tf.tensor4d(filter, [kernel, kernel, inputs, outputs]), stride, [
    [0, 0],
    pads,
    pads,
    [0, 0],
  ]);
}
