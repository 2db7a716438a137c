import type * as tfjs from '@tensorflow/tfjs';
import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../../engine/types.js';
import type { Parameters } from '../../network/parameters.js';
import { adamwStep, initialAdamState } from '../../optimise/adamw.js';
import { cosineSchedule } from '../../optimise/schedule.js';
import { quantizeWeights } from '../qdq/quantize-weights.js';

/** What a layer is to answer to what: pictures, row-major [rows, columns, channels] one after the other. */
export interface LayerTask {
  /** What the layers in 8 bits before it give. */
  readonly inputs: readonly Float32Array[];
  /** What the float model's layer made of the same crops. */
  readonly targets: readonly Float32Array[];
  /** [outputs, inputs, kernel height, kernel width] */
  readonly shape: readonly [number, number, number, number];
  readonly stride: readonly [number, number];
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly relu: boolean;
  /** Whether there is a bias to fit. */
  readonly biased: boolean;
  /** Side of an input picture, in cells. */
  readonly side: number;
}

export interface LayerWeights {
  /** [outputs, inputs, kernel height, kernel width] */
  readonly filter: Float32Array;
  readonly bias: Float32Array;
}

export interface TuneOptions {
  readonly steps: number;
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** The best weights, and the layer's squared error on pictures that taught nothing, as a share of the targets' mean square. */
export interface TunedLayer extends LayerWeights {
  readonly before: number;
  readonly after: number;
}

/** Of the pictures, every so many-th only judges. */
const judgeEvery = 4;
/** How often they judge: the best weights are kept, not the last, for rounding makes the way there restless. */
const judgements = 10;
/**
 * How far all steps together may carry a weight, in units of its 8-bit step, and a bias, as a share of the targets' root mean square. Where more
 * was allowed, weights went to and fro between two roundings, and layers lost.
 */
const weightTravel = 0.5;
const biasTravel = 0.03;

/**
 * Fits one layer, in 8 bits, to its float self: the forward pass has the rounded weights, rounding passes their gradient on to the float ones
 * (straight-through estimator, Bengio, Léonard, Courville 2013). Adam, cosine schedule.
 */
export async function tuneLayer(
  { tf }: Pick<Engine, 'tf'>,
  task: LayerTask,
  start: LayerWeights,
  { steps, batchSize, signal }: TuneOptions,
): Promise<TunedLayer> {
  const judges = (_: Float32Array, index: number): boolean => index % judgeEvery === judgeEvery - 1;
  const teaches = (picture: Float32Array, index: number): boolean => !judges(picture, index);
  const taught = pairsOf(task, teaches);
  const judged = pairsOf(task, judges);
  const power = meanSquare(task.targets);
  const [outputs] = task.shape;
  const parameters: Parameters = new Map([
    ['weights', { shape: task.shape, data: start.filter.slice() }],
    ['offsets', { shape: [outputs], data: start.bias.slice() }],
  ]);
  const [filter, bias] = [parameters.get('weights')!.data, parameters.get('offsets')!.data];
  const before = errorOf(tf, task, start, judged, power);
  let best: TunedLayer = { ...start, before, after: before };
  const groups = [
    { name: 'weights', rate: (weightTravel / steps) * meanOf(quantizeWeights(filter, outputs).scales) },
    { name: 'offsets', rate: (biasTravel / steps) * Math.sqrt(power) },
  ].slice(0, task.biased ? 2 : 1);
  const fitted = groups.map(({ name, rate }) => {
    const own: Parameters = new Map([[name, parameters.get(name)!]]);
    return { name, rate, own, adam: initialAdamState(own) };
  });
  for (let step = 0; step < steps; step += 1) {
    await setImmediate();
    signal?.throwIfAborted();
    const batch = Array.from(
      { length: batchSize },
      (_, index) => taught[(step * batchSize + index) % taught.length]!,
    );
    const gradients = gradientsOf(tf, task, { filter, bias }, batch, power);
    for (const { name, rate, own, adam } of fitted) {
      const learningRate = cosineSchedule(step, { peak: rate, steps, warmup: Math.ceil(steps / 20) });
      adamwStep(own, new Map([[name, gradients[name]!]]), adam, { learningRate, weightDecay: 0 });
    }
    if ((step + 1) % Math.ceil(steps / judgements) !== 0 && step + 1 < steps) continue;
    const after = errorOf(tf, task, { filter, bias }, judged, power);
    if (after < best.after) best = { filter: filter.slice(), bias: bias.slice(), before, after };
  }
  return best;
}

type Pair = readonly [input: Float32Array, target: Float32Array];

function pairsOf(
  { inputs, targets }: LayerTask,
  chosen: (picture: Float32Array, index: number) => boolean,
): Pair[] {
  const [own, wanted] = [inputs.filter(chosen), targets.filter(chosen)];
  return own.map((input, index) => [input, wanted[index]!]);
}

/** Mean squared error over mean square of the targets. */
function lossOf(
  tf: Engine['tf'],
  task: LayerTask,
  weights: tfjs.Tensor4D,
  offsets: tfjs.Tensor1D,
  batch: readonly Pair[],
  power: number,
): tfjs.Scalar {
  const { stride, padding, relu, side, shape } = task;
  const [top, left, bottom, right] = padding;
  const x = stacked(
    tf,
    batch.map(([input]) => input),
    side,
    shape[1],
  );
  const sum = tf.add<tfjs.Tensor4D>(
    tf.conv2d(
      x,
      weights,
      [...stride],
      [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
    ),
    offsets,
  );
  const found = relu ? tf.relu(sum) : sum;
  const wanted = stacked(
    tf,
    batch.map(([, target]) => target),
    found.shape[1],
    shape[0],
  );
  return tf.div(tf.mean(tf.square(tf.sub(found, wanted))), power);
}

function stacked(
  tf: Engine['tf'],
  pictures: readonly Float32Array[],
  side: number,
  channels: number,
): tfjs.Tensor4D {
  const all = new Float32Array(pictures.length * side * side * channels);
  for (const [index, picture] of pictures.entries()) all.set(picture, index * side * side * channels);
  return tf.tensor4d(all, [pictures.length, side, side, channels]);
}

function gradientsOf(
  tf: Engine['tf'],
  task: LayerTask,
  weights: LayerWeights,
  batch: readonly Pair[],
  power: number,
): Record<string, Float32Array> {
  return tf.tidy(() => {
    const rounded = tensorOf(tf, task, weights.filter);
    const { grads } = tf.valueAndGrads((filter: tfjs.Tensor, offsets: tfjs.Tensor) =>
      lossOf(tf, task, filter as tfjs.Tensor4D, offsets as tfjs.Tensor1D, batch, power),
    )([rounded, tf.tensor1d(weights.bias)]);
    const [filter, offsets] = grads.map((gradient) => gradient.dataSync() as Float32Array);
    return { weights: toOihw(filter!, task.shape), offsets: offsets!.slice() };
  });
}

function errorOf(
  tf: Engine['tf'],
  task: LayerTask,
  weights: LayerWeights,
  pairs: readonly Pair[],
  power: number,
): number {
  const errors = pairs.map((pair) =>
    tf.tidy(() => {
      const filter = tensorOf(tf, task, weights.filter);
      return lossOf(tf, task, filter, tf.tensor1d(weights.bias), [pair], power).dataSync()[0]!;
    }),
  );
  return meanOf(errors);
}

/** The filter as 8 bits hold it, [kernel height, kernel width, inputs, outputs]. */
function tensorOf(tf: Engine['tf'], { shape }: LayerTask, filter: Float32Array): tfjs.Tensor4D {
  const [outputs, inputs, height, width] = shape;
  const { data, scales } = quantizeWeights(filter, outputs);
  const [taps, each] = [height * width, inputs * height * width];
  const values = new Float32Array(filter.length);
  for (let index = 0; index < values.length; index += 1) {
    const output = index % outputs;
    const input = Math.floor(index / outputs) % inputs;
    const tap = Math.floor(index / (outputs * inputs));
    values[index] = data[output * each + input * taps + tap]! * scales[output]!;
  }
  return tf.tensor4d(values, [height, width, inputs, outputs]);
}

/** [height, width, in, out] -> [out, in, height, width]. */
function toOihw(values: Float32Array, [outputs, inputs, height, width]: LayerTask['shape']): Float32Array {
  const taps = height * width;
  return Float32Array.from({ length: values.length }, (_, index) => {
    const tap = index % taps;
    const input = Math.floor(index / taps) % inputs;
    const output = Math.floor(index / (taps * inputs));
    return values[(tap * inputs + input) * outputs + output]!;
  });
}

function meanSquare(pictures: readonly Float32Array[]): number {
  const means = pictures.map(
    (picture) => picture.reduce((sum, value) => sum + value ** 2, 0) / picture.length,
  );
  return Math.max(meanOf(means), 1e-12);
}

function meanOf(values: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    sum += value;
    count += 1;
  }
  return sum / Math.max(count, 1);
}
