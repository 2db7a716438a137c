import type * as tfjs from '@tensorflow/tfjs';
import type { ModelContract } from '../../core/model/contract.js';
import {
  type Network,
  requireExtent,
  type Response,
  type TemplateFeatures,
} from '../../core/model/network.js';
import type { Engine } from '../engine/types.js';
import { normalisedCrops } from './normalised-crops.js';
import type { FoldedLayer, FoldedNetwork } from './fold.js';
import { insideExtent, normEpsilon } from './siamese-model.js';
import { networkGeometry } from './spec.js';

/** The folded network over tfjs: what training evaluates, and the reference the ONNX graphs are compared with. */
export class TfjsNetwork implements Network {
  readonly contract: ModelContract;
  readonly #tf: Engine['tf'];
  readonly #folded: FoldedNetwork;

  constructor({ tf }: Pick<Engine, 'tf'>, folded: FoldedNetwork, contract: ModelContract) {
    this.#tf = tf;
    this.#folded = folded;
    this.contract = contract;
  }

  async embed(templateCrop: Uint8Array): Promise<TemplateFeatures> {
    const { spec, template } = this.#folded;
    const { templateCells: side, channels } = networkGeometry(spec);
    const features = this.#tf.tidy(() => {
      const cells = this.#unit(this.#convolutions(this.#input(templateCrop, spec.templateSize), template));
      return this.#tf.transpose(cells, [0, 3, 1, 2]);
    });
    return { data: await take(features), shape: [channels, side, side] };
  }

  async respond(template: TemplateFeatures, searchCrop: Uint8Array): Promise<Response> {
    const tf = this.#tf;
    const { data, shape } = template;
    const extent = requireExtent(template);
    const { spec, search, head, score, shift, ratio } = this.#folded;
    const { searchCells: size, stride } = networkGeometry(spec);
    const [channels, height, width] = shape;
    const [scores, distances, features] = tf.tidy((): [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor] => {
      const cells = this.#convolutions(this.#input(searchCrop, spec.searchSize), search);
      const kernels = tf.tensor2d(data, [channels, height * width]);
      const units = this.#unit(cells);
      const maps = tf.matMul(units.reshape([size * size, channels]), kernels);
      const maps4d = maps.reshape<tfjs.Tensor4D>([1, size, size, height * width]);
      const extents = tf.div<tfjs.Tensor2D>(tf.tensor2d([...extent], [1, 2]), stride);
      const own = tf.mul<tfjs.Tensor4D>(maps4d, insideExtent(tf, extents, spec));
      const trunk = this.#convolutions(tf.concat([own, tf.sub<tfjs.Tensor4D>(maps4d, own), cells], 3), head);
      const centre = this.#convolution(trunk, shift);
      const halves = tf.mul(
        tf.exp(this.#convolution(trunk, ratio)),
        tf.mul(extents, 0.5).reshape([1, 1, 1, 2]),
      );
      const inCells = tf.concat([tf.sub(halves, centre), tf.add(halves, centre)], 3);
      return [
        tf.sigmoid(this.#convolution(trunk, score)),
        tf.transpose(tf.mul(inCells, stride), [0, 3, 1, 2]),
        tf.transpose(units, [0, 3, 1, 2]),
      ];
    });
    return {
      size,
      scores: await take(scores),
      distances: await take(distances),
      cells: await take(features),
    };
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  /** uint8 CHW crop -> normalised [1, size, size, 3]. */
  #input(crop: Uint8Array, size: number): tfjs.Tensor4D {
    const plane = size * size;
    const hwc = Uint8Array.from(
      { length: crop.length },
      (_, i) => crop[(i % 3) * plane + Math.floor(i / 3)]!,
    );
    return normalisedCrops(this.#tf, hwc, 1, size, this.#folded.spec.normalisation);
  }

  #convolutions(input: tfjs.Tensor4D, layers: readonly FoldedLayer[]): tfjs.Tensor4D {
    return layers.reduce((x, layer) => this.#convolution(x, layer), input);
  }

  #convolution(
    x: tfjs.Tensor4D,
    { kernel, inputs, outputs, filter, bias, stride, padding, relu }: FoldedLayer,
  ): tfjs.Tensor4D {
    const tf = this.#tf;
    const weights = tf.tensor4d(filter, [kernel, kernel, inputs, outputs]);
    const pads: [number, number] = [padding, padding];
    const y = tf.add<tfjs.Tensor4D>(
      tf.conv2d(x, weights, stride, [[0, 0], pads, pads, [0, 0]]),
      tf.tensor1d(bias),
    );
    return relu ? tf.relu(y) : y;
  }

  #unit(cells: tfjs.Tensor4D): tfjs.Tensor4D {
    const tf = this.#tf;
    return tf.div(cells, tf.sqrt(tf.add(tf.sum(tf.square(cells), 3, true), normEpsilon)));
  }
}

async function take(tensor: tfjs.Tensor): Promise<Float32Array> {
  const data = Float32Array.from(await tensor.data());
  tensor.dispose();
  return data;
}
