import * as tf from '@tensorflow/tfjs';
import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { batchNormEpsilon, foldNetwork } from '../../../src/training/network/fold.js';
import {
  initialParameters,
  isTrainable,
  type Parameter,
  type Parameters,
  statisticNames,
} from '../../../src/training/network/parameters.js';
import { networkCost, networkGeometry, nano, tiny } from '../../../src/training/network/spec.js';

/** The tiny network with random BN parameters and statistics. */
function randomParameters(): Parameters {
  const random = createRandom(11);
  const parameters = initialParameters(tiny, random);
  for (const [name, { data }] of parameters) {
    if (name.endsWith('.variance') || name.endsWith('.gamma'))
      data.forEach((_, i) => (data[i] = random.uniform(0.3, 2)));
    else if (!isTrainable(name) || name.endsWith('.beta'))
      data.forEach((_, i) => (data[i] = random.normal(0.5)));
  }
  return parameters;
}

const tensor = ({ data, shape }: Parameter): tf.Tensor => tf.tensor(data, [...shape]);

test('a folded convolution answers as convolution and batch normalisation do, for each branch', async (t) => {
  await tf.setBackend('cpu');
  const parameters = randomParameters();
  const folded = foldNetwork(parameters, tiny);
  const input = tf.randomNormal<tf.Rank.R4>([2, 9, 9, 3], 0, 1, 'float32', 5);
  const answers: Float32Array[] = [];
  for (const branch of ['template', 'search'] as const) {
    const names = statisticNames('backbone', 0, branch);
    const get = (name: string): tf.Tensor => tensor(parameters.get(name)!);
    const pads: [[number, number], [number, number], [number, number], [number, number]] = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    const convolved = tf.conv2d(input, get('backbone.0.filter') as tf.Tensor4D, 2, pads);
    const wanted = tf.relu(
      tf.batchNorm(
        convolved,
        get(names.mean) as tf.Tensor1D,
        get(names.variance) as tf.Tensor1D,
        get('backbone.0.beta') as tf.Tensor1D,
        get('backbone.0.gamma') as tf.Tensor1D,
        batchNormEpsilon,
      ),
    );
    const layer = folded[branch][0]!;
    t.like(layer, { kernel: 3, stride: 2, padding: 1, relu: true, inputs: 3, outputs: 8 });
    const filter = tf.tensor4d(layer.filter, [3, 3, 3, 8]);
    const answer = tf.relu(tf.add(tf.conv2d(input, filter, 2, pads), tf.tensor1d(layer.bias)));
    const difference = tf.max(tf.abs(tf.sub(answer, wanted))).dataSync()[0]!;
    t.true(difference < 1e-5, `${branch}: ${difference}`);
    answers.push(answer.dataSync() as Float32Array);
  }
  t.notDeepEqual(answers[0], answers[1], 'each branch folds the statistics of its own crops');
});

test('the output layers are taken as they are', (t) => {
  const parameters = randomParameters();
  const { score, shift, ratio, head } = foldNetwork(parameters, tiny);
  t.is(score.filter, parameters.get('score.filter')!.data);
  t.like(score, { kernel: 3, padding: 1, relu: false, outputs: 1 });
  for (const box of [shift, ratio]) t.like(box, { kernel: 3, padding: 1, relu: false, outputs: 2 });
  // correlation maps inside and outside of the extent, beside the search features
  t.is(head[0]!.inputs, 2 * 4 * 4 + 24);
});

test('a parameter that is missing is named', (t) => {
  const parameters = randomParameters();
  parameters.delete('head.1.gamma');
  t.throws(() => foldNetwork(parameters, tiny), { message: /head\.1\.gamma/ });
});

test('sizes follow from the spec: feature maps, stride, place of the cells', (t) => {
  t.deepEqual(networkGeometry(nano), {
    templateCells: 8,
    searchCells: 16,
    channels: 96,
    stride: 16,
    offset: 0.5,
  });
  t.deepEqual(networkGeometry(tiny), {
    templateCells: 4,
    searchCells: 8,
    channels: 24,
    stride: 16,
    offset: 0.5,
  });
});

test('the cost of a search pass counts every multiplication of the folded network', (t) => {
  const { search, head, score, shift, ratio } = foldNetwork(randomParameters(), tiny);
  const sides = [64, 32, 16, 8, 8, 8, 8, 8, 8];
  const layers = [...search, ...head, score, shift, ratio];
  const each = layers.map((layer, i) => layer.filter.length * sides[i]! ** 2);
  const correlation = 8 * 8 * 4 * 4 * 24;
  t.deepEqual(networkCost(tiny), {
    multiplyAdds: each.reduce((sum, count) => sum + count, correlation),
    parameters: layers.reduce((sum, { filter, bias }) => sum + filter.length + bias.length, 0),
  });
});
