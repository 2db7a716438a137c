import type * as tfjs from '@tensorflow/tfjs';
import type { AdamMoments, Engine, StackLayer, StackParameters } from '../src/training/engine/types.js';

/** Backbone of the nano network, stride 16. */
export const backbone: readonly StackLayer[] = [16, 32, 64, 96, 96, 96].map((channels, i) => ({
  channels,
  kernel: 3,
  stride: i < 4 ? 2 : 1,
  padding: 1,
  relu: true,
}));
const head: readonly StackLayer[] = [1, 3, 3].map((kernel) => ({
  channels: 48,
  kernel,
  stride: 1,
  padding: (kernel - 1) / 2,
  relu: true,
}));
const features = 96;
const [searchCells, templateCells] = [16, 8];
const boxSides = 4;

/** Milliseconds of the stages of one training step of a nano network. */
export interface StepTimes {
  searchForward: number;
  templateForward: number;
  headAndLossForward: number;
  backward: number;
  adam: number;
}

/** A whole training step on random images: two passes of the backbone, correlation, head, losses, gradients, Adam. */
export function makeStep(engine: Engine, batch: number): () => StepTimes {
  const { tf } = engine;
  const [body, top] = [
    makeParameters(engine, backbone, 3),
    makeParameters(engine, head, features + templateCells ** 2),
  ];
  const outputFilter = tf.variable(tf.randomNormal<tfjs.Rank.R4>([3, 3, 48, 1 + boxSides], 0, 0.02));
  const outputBias = tf.variable(tf.zeros<tfjs.Rank.R1>([1 + boxSides]));
  const variables = [
    ...[...body, ...top].flatMap(({ filter, gamma, beta }) => [filter, gamma, beta]),
    outputFilter,
    outputBias,
  ] as tfjs.Variable[];
  const moments = variables.map(({ size }): AdamMoments => ({
    first: new Float32Array(size),
    second: new Float32Array(size),
  }));
  const search = tf.randomNormal<tfjs.Rank.R4>([batch, 255, 255, 3]);
  const template = tf.randomNormal<tfjs.Rank.R4>([batch, 127, 127, 3]);
  const labels = tf.randomUniform([batch, searchCells, searchCells, 1]);
  const boxes = tf.randomUniform([batch, searchCells, searchCells, boxSides], 1, 20);
  const positive = tf.cast(tf.greater(labels, 0.7), 'float32');
  const unit = (x: tfjs.Tensor): tfjs.Tensor =>
    tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), 1e-6)));
  let step = 0;
  return () => {
    step++;
    const at = [performance.now()];
    const lap = (): void => {
      at.push(performance.now());
    };
    const loss = (): tfjs.Scalar => {
      const seen = engine.convStack(search, backbone, body);
      lap();
      const target = engine.convStack(template, backbone, body);
      lap();
      const correlation = tf.matMul(
        unit(tf.reshape(seen, [batch, searchCells ** 2, features])),
        unit(tf.reshape(target, [batch, templateCells ** 2, features])),
        false,
        true,
      );
      const maps = tf.reshape<tfjs.Rank.R4>(correlation, [
        batch,
        searchCells,
        searchCells,
        templateCells ** 2,
      ]);
      const mixed = engine.convStack(tf.concat([seen, maps], 3), head, top, { inputGradient: true });
      const output = tf.add(tf.conv2d(mixed, outputFilter, 1, 'same'), outputBias);
      const [scores, exponents] = tf.split(output, [1, boxSides], 3) as [tfjs.Tensor, tfjs.Tensor];
      const sides = tf.exp(exponents);
      const shared = tf.sum(tf.minimum(sides, boxes), 3, true);
      const covered = tf.sum(tf.maximum(sides, boxes), 3, true);
      const miss = tf.div(
        tf.sum(tf.mul(positive, tf.sub(1, tf.div(shared, covered)))),
        tf.add(tf.sum(positive), 1),
      );
      const total = tf.add(tf.mean(tf.sub(tf.softplus(scores), tf.mul(scores, labels))), miss);
      lap();
      return total as tfjs.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, variables);
    lap();
    variables.forEach((variable, i) => {
      engine.adamStep(variable, grads[variable.name]!, moments[i]!, { step, learningRate: 1e-3 });
    });
    lap();
    tf.dispose([value, ...Object.values(grads)]);
    const took = at.slice(1).map((time, i) => time - at[i]!) as [number, number, number, number, number];
    const [searchForward, templateForward, headAndLossForward, backward, adam] = took;
    return { searchForward, templateForward, headAndLossForward, backward, adam };
  };
}

function makeParameters(
  { tf }: Engine,
  layers: readonly StackLayer[],
  inChannels: number,
): StackParameters[] {
  return layers.map(({ kernel, channels }, i) => {
    const ins = layers[i - 1]?.channels ?? inChannels;
    const spread = Math.sqrt(2 / (kernel * kernel * ins));
    return {
      filter: tf.variable(tf.randomNormal<tfjs.Rank.R4>([kernel, kernel, ins, channels], 0, spread)),
      gamma: tf.variable(tf.ones<tfjs.Rank.R1>([channels])),
      beta: tf.variable(tf.zeros<tfjs.Rank.R1>([channels])),
    };
  });
}
