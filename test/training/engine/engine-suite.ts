import * as tf from '@tensorflow/tfjs';
import test, { type ExecutionContext } from 'ava';
import {
  type Engine,
  type EngineName,
  openEngine,
  type Precision,
} from '../../../src/training/engine/engine.js';
import type { BatchStatistics, StackLayer, StackParameters } from '../../../src/training/engine/types.js';
import {
  type Differentiable,
  dot,
  evaluate,
  evaluateOnCpu,
  greatestError,
  normal,
  type Plain,
  WEIGHTS_SEED,
} from './reference.js';

const TOLERANCE = 1e-5;

/** Layers with every kind of edge: 3 and odd channels, surplus rows, no padding, a pointwise one, one without ReLU. */
export const LAYERS: readonly StackLayer[] = [
  { channels: 8, kernel: 3, stride: 2, padding: 1, relu: true },
  { channels: 20, kernel: 3, stride: 1, padding: 0, relu: true },
  { channels: 16, kernel: 5, stride: 2, padding: 2, relu: true },
  { channels: 17, kernel: 1, stride: 1, padding: 0, relu: false },
];
const EPSILON = 1e-3;

/** x, then filter, gamma and beta of each layer. */
export function stackInputs(batch = 3, side = 22): Plain[] {
  const parameters = LAYERS.flatMap(({ channels, kernel }, i) => {
    const inChannels = LAYERS[i - 1]?.channels ?? 3;
    return [
      normal([kernel, kernel, inChannels, channels], 10 + i, 0.3),
      normal([channels], 20 + i, 0.2, 1),
      normal([channels], 30 + i, 0.2),
    ];
  });
  return [normal([batch, side, side, 3], 1), ...parameters];
}

export function stackParameters(flat: readonly tf.Tensor[]): StackParameters[] {
  return LAYERS.map((_, i) => {
    const [filter, gamma, beta] = flat.slice(3 * i) as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D];
    return { filter, gamma, beta };
  });
}

/** The stack of tfjs' own operations and their own gradients. */
export function composedReference(x: tf.Tensor, ...flat: tf.Tensor[]): tf.Tensor4D {
  return LAYERS.reduce((input, { stride, padding, relu }, i) => {
    const { filter, gamma, beta } = stackParameters(flat)[i]!;
    const y = tf.conv2d(input, filter, stride, padding);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const z = tf.batchNorm(y, mean, variance, beta, gamma, EPSILON) as tf.Tensor4D;
    return relu ? tf.relu(z) : z;
  }, x as tf.Tensor4D);
}

export function engineStack(engine: Pick<Engine, 'convStack'>): Differentiable {
  return (x, ...flat) =>
    engine.convStack(x as tf.Tensor4D, LAYERS, stackParameters(flat), {
      inputGradient: true,
      epsilon: EPSILON,
    });
}

async function agreesWithCpu(
  t: ExecutionContext,
  f: Differentiable,
  inputs: readonly Plain[],
  what: string,
): Promise<void> {
  await comparesWithCpu(t, f, f, inputs, what);
}

async function comparesWithCpu(
  t: ExecutionContext,
  f: Differentiable,
  reference: Differentiable,
  inputs: readonly Plain[],
  what: string,
): Promise<void> {
  const actual = evaluate(f, inputs);
  const expected = await evaluateOnCpu(reference, inputs);
  expected.forEach((plain, i) => {
    t.deepEqual(actual[i]!.shape, plain.shape, what);
    const error = greatestError(actual[i]!.data, plain.data);
    t.true(error <= TOLERANCE, `${what}: ${i === 0 ? 'value' : `gradient ${i}`} off by ${error}`);
  });
}

/** Why an engine cannot be had here; null when it can. */
export async function whyMissing(name: EngineName, precision: Precision): Promise<string | null> {
  try {
    await (await openEngine({ wish: [name], precision }))[Symbol.asyncDispose]();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The obligations of an engine in fp32; all skipped, with the reason in the title, where the engine is `missing`. */
export function fp32EngineSuite(name: EngineName, missing: string | null = null): void {
  let opened: Engine | undefined;
  test.before(async () => {
    if (missing === null) opened = await openEngine({ wish: [name], precision: 'fp32' });
  });
  test.after.always(async () => {
    await opened?.[Symbol.asyncDispose]();
  });
  const check = (title: string, body: (t: ExecutionContext, engine: Engine) => Promise<void> | void) => {
    if (missing !== null) {
      test.skip(`${name}: ${title} (${missing})`, () => undefined);
      return;
    }
    test.serial(`${name}: ${title}`, async (t) => {
      await body(t, opened!);
    });
  };

  check('convolutions and their gradients agree with the JavaScript backend', async (t) => {
    const shapes = [
      [15, 8, 6, 3],
      [16, 3, 16, 3],
      [13, 32, 24, 3],
      [16, 17, 32, 1],
      [18, 16, 5, 5],
    ] as const;
    for (const [side, ins, outs, kernel] of shapes) {
      for (const stride of [1, 2]) {
        for (const pad of [
          'same',
          'valid',
          1,
          [
            [0, 0],
            [2, 1],
            [0, 2],
            [0, 0],
          ],
        ] as const) {
          const f: Differentiable = (x, filter) =>
            tf.conv2d(
              x as tf.Tensor4D,
              filter as tf.Tensor4D,
              stride,
              pad as 'same',
              'NHWC',
              1,
              typeof pad === 'string' ? undefined : 'floor',
            );
          const inputs = [normal([2, side, side + 3, ins], 1), normal([kernel, kernel, ins, outs], 2, 0.3)];
          await agreesWithCpu(t, f, inputs, `${side} ${ins}->${outs} k${kernel} s${stride} ${String(pad)}`);
        }
      }
    }
  });

  check('poolings and their gradients agree with the JavaScript backend', async (t) => {
    for (const [side, kernel, stride, pad] of [
      [15, 3, 2, 'valid'],
      [16, 2, 2, 'valid'],
      [16, 3, 2, 'valid'],
      [12, 3, 1, 'same'],
    ] as const) {
      const inputs = [normal([2, side, side, 5], 3)];
      const max: Differentiable = (x) => tf.maxPool(x as tf.Tensor4D, kernel, stride, pad);
      await agreesWithCpu(t, max, inputs, `max ${side} ${kernel} ${stride} ${pad}`);
      const average: Differentiable = (x) => tf.avgPool(x as tf.Tensor4D, kernel, stride, pad);
      const what = `average ${side} ${kernel} ${stride} ${pad}`;
      if (pad === 'valid') {
        await agreesWithCpu(t, average, inputs, what);
      } else {
        // the gradient of tfjs' JavaScript backend counts the padding, its value does not: <pool(x), w> = <x, gradient(w)> instead
        const [value, gradient] = evaluate(average, inputs);
        const weights = normal(value!.shape, WEIGHTS_SEED).data;
        const [left, right] = [dot(value!.data, weights), dot(inputs[0]!.data, gradient!.data)];
        t.true(Math.abs(left - right) < TOLERANCE * Math.sqrt(weights.length), what);
      }
    }
  });

  check('matrix products and their gradients agree with the JavaScript backend', async (t) => {
    for (const [batchA, batchB] of [
      [[], []],
      [[4], [4]],
      [[4], [1]],
      [
        [2, 3],
        [2, 3],
      ],
    ] as const) {
      for (const [transposeA, transposeB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ] as const) {
        const a = normal([...batchA, ...(transposeA ? [9, 14] : [14, 9])], 4);
        const b = normal([...batchB, ...(transposeB ? [11, 9] : [9, 11])], 5);
        const f: Differentiable = (x, y) => tf.matMul(x, y, transposeA, transposeB);
        const what = `${a.shape.join()} x ${b.shape.join()}`;
        if (batchA.length === batchB.length && batchA.join() !== batchB.join()) {
          // tfjs has no gradient for a repeated matrix: the value alone
          await agreesWithCpu(t, (x) => f(x, tf.tensor(b.data, b.shape)), [a], what);
        } else {
          await agreesWithCpu(t, f, [a, b], what);
        }
      }
    }
  });

  check('gradients of the operations of losses agree with the JavaScript backend', async (t) => {
    const shape = [2, 4, 5, 6];
    const row = [1, 1, 1, 6];
    const operations: Record<string, Differentiable> = {
      sigmoid: (x) => tf.sigmoid(x),
      softplus: (x) => tf.softplus(x),
      logSigmoid: (x) => tf.logSigmoid(x),
      exp: (x) => tf.exp(x),
      log: (x) => tf.log(tf.add(tf.square(x), 1)),
      log1p: (x) => tf.log1p(tf.square(x)),
      sqrt: (x) => tf.sqrt(tf.add(tf.square(x), 1)),
      relu: (x) => tf.relu(x),
      abs: (x) => tf.abs(x),
      tanh: (x) => tf.tanh(x),
      power: (x) => tf.pow(tf.add(tf.square(x), 1), 1.5),
      sum: (x) => tf.sum(x, [1, 2]),
      mean: (x) => tf.mean(x, 3),
      greatest: (x) => tf.max(x, 3),
      least: (x) => tf.min(x, [1, 2]),
      // of equal shapes: the gradient of tfjs does not sum over a repeated operand
      maximum: (x) => tf.maximum(x, tf.square(x)),
      minimum: (x) => tf.minimum(x, tf.square(x)),
      clip: (x) => tf.clipByValue(x, -0.5, 0.5),
      product: (x, y) => tf.mul(x, y),
      quotient: (x, y) => tf.div(x, tf.add(tf.square(y), 1)),
      difference: (x) => tf.squaredDifference(x, tf.relu(x)),
      softmax: (x) => tf.softmax(x),
      logSoftmax: (x) => tf.logSoftmax(x),
      logSumExp: (x) => tf.logSumExp(x, 3),
      unit: (x) => tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 3, true), 1e-6))),
      select: (x, y) => tf.where(tf.greater(tf.tensor(normal(shape, 8).data, shape), 0), x, tf.mul(x, y)),
      concat: (x) => tf.concat([x, tf.square(x)], 3),
      stack: (x) => tf.stack([x, tf.square(x)], 1),
      unstack: (x) => tf.unstack(x, 1)[2]!,
      split: (x) => tf.split(x, 2, 3)[1]!,
      slice: (x) => tf.slice(x, [0, 1, 2, 1], [2, 2, 3, 4]),
      sliceOfBatch: (x) => tf.slice(x, [1, 0, 0, 0], [1, 4, 5, 6]),
      pad: (x) =>
        tf.pad(x, [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ]),
      transpose: (x) => tf.transpose(x, [0, 3, 1, 2]),
      reshape: (x) => tf.reshape(x, [2, 20, 6]),
      gather: (x) => tf.gather(x, tf.tensor1d([1, 0, 1, 1], 'int32'), 1),
      gatherRows: (x) => tf.gather(tf.reshape(x, [40, 6]), tf.tensor1d([7, 3, 7], 'int32')),
      tile: (x) => tf.tile(tf.slice(x, [0, 0, 0, 0], [2, 1, 5, 1]), [1, 3, 2, 4]),
      // square: the gradient of tfjs' JavaScript backend exchanges the sides
      resize: (x) => tf.image.resizeBilinear(tf.slice(x as tf.Tensor4D, [0, 0, 0, 0], [2, 4, 4, 6]), [7, 9]),
    };
    for (const [what, f] of Object.entries(operations)) {
      const inputs = f.length > 1 ? [normal(shape, 6), normal(row, 7)] : [normal(shape, 6)];
      await agreesWithCpu(t, f, inputs, what);
    }
  });

  check('comparisons that repeat an operand agree with the JavaScript backend', async (t) => {
    const [x, y] = [normal([3, 4, 5], 1), normal([4, 1], 2)];
    const compare = (): number[] =>
      tf.tidy(() => {
        const [a, b] = [tf.round(tf.tensor(x.data, x.shape)), tf.round(tf.tensor(y.data, y.shape))];
        const outcomes = [
          tf.equal(a, b),
          tf.greater(b, a),
          tf.lessEqual(a, 0),
          tf.logicalOr(tf.less(a, b), tf.equal(b, 1)),
        ];
        return outcomes.flatMap((outcome) => Array.from(outcome.dataSync()));
      });
    const actual = compare();
    await tf.setBackend('cpu');
    const expected = compare();
    await tf.setBackend('wasm');
    t.deepEqual(actual, expected);
  });

  check('batch normalisation agrees with that of tfjs, with and without ReLU', async (t, engine) => {
    const inputs = [normal([4, 9, 7, 19], 1, 2, 1), normal([19], 2, 0.3, 1), normal([19], 3)];
    for (const relu of [true, false]) {
      const fused: Differentiable = (x, gamma, beta) =>
        engine.batchNormRelu(x as tf.Tensor4D, gamma as tf.Tensor1D, beta as tf.Tensor1D, { relu });
      const reference: Differentiable = (x, gamma, beta) => {
        const { mean, variance } = tf.moments(x, [0, 1, 2]);
        const y = tf.batchNorm(x, mean, variance, beta, gamma, 1e-5);
        return relu ? tf.relu(y) : y;
      };
      await comparesWithCpu(t, fused, reference, inputs, `relu ${relu}`);
    }
  });

  check('a stack agrees with convolution, normalisation and ReLU in turn', async (t, engine) => {
    await comparesWithCpu(t, engineStack(engine), composedReference, stackInputs(), 'stack');
  });

  check('the same inputs give the same bits', (t, engine) => {
    const [once, again] = [1, 2].map(() => evaluate(engineStack(engine), stackInputs()));
    t.deepEqual(once, again);
  });

  check('a stack tells the mean and biased variance of every layer', async (t, engine) => {
    const [x, ...flat] = stackInputs();
    let told: BatchStatistics[] = [];
    tf.tidy(() => {
      const tensors = flat.map(({ shape, data }) => tf.tensor(data, shape));
      engine.convStack(
        tf.tensor4d(x!.data, x!.shape as [number, number, number, number]),
        LAYERS,
        stackParameters(tensors),
        {
          epsilon: EPSILON,
          onStatistics: (statistics) => {
            told = statistics;
          },
        },
      );
    });
    t.is(told.length, LAYERS.length);
    // the first layer's by hand: convolve, then sum
    const first: Differentiable = (image, filter) => {
      const y = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 2, 1);
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      return tf.stack([mean, variance]);
    };
    const [expected] = await evaluateOnCpu(first, [x!, flat[0]!]);
    t.true(greatestError([...told[0]!.mean, ...told[0]!.variance], expected!.data) <= TOLERANCE);
  });

  check('gradients add up when a stack is used twice with the same parameters', async (t, engine) => {
    const inputs = stackInputs();
    const small = normal([3, 14, 14, 3], 77);
    const twice =
      (stack: Differentiable): Differentiable =>
      (x, ...flat) => {
        const [a, b] = [stack(x, ...flat), stack(tf.tensor(small.data, small.shape), ...flat)];
        return tf.concat([tf.reshape(a, [-1]), tf.reshape(b, [-1])]);
      };
    await comparesWithCpu(t, twice(engineStack(engine)), twice(composedReference), inputs, 'twice');
  });

  check('a stack refuses parameters that do not fit', (t, engine) => {
    tf.tidy(() => {
      const [x, ...flat] = stackInputs().map(({ shape, data }) => tf.tensor(data, shape));
      const parameters = stackParameters(flat);
      const image = x as tf.Tensor4D;
      t.throws(() => engine.convStack(image, LAYERS.slice(1), parameters.slice(1)), { message: /filter 0/ });
      t.throws(() => engine.convStack(image, LAYERS, parameters.slice(1)), { message: /4 layers/ });
      const tiny = tf.zeros<tf.Rank.R4>([1, 3, 3, 3]);
      t.throws(() => engine.convStack(tiny, LAYERS, parameters), { message: /layer 1/ });
    });
  });

  check('Adam makes the same steps as that of tfjs', (t, engine) => {
    const start = normal([5, 7], 1);
    const [ours, theirs] = [
      tf.variable(tf.tensor(start.data, start.shape)),
      tf.variable(tf.tensor(start.data, start.shape)),
    ];
    const adam = tf.train.adam(0.01, 0.9, 0.999, 1e-8);
    const moments = { first: new Float32Array(35), second: new Float32Array(35) };
    for (let step = 1; step <= 5; step++) {
      tf.tidy(() => {
        const { data, shape } = normal([5, 7], 40 + step);
        const gradient = tf.tensor(data, shape);
        engine.adamStep(ours, gradient, moments, { step, learningRate: 0.01 });
        adam.applyGradients([{ name: theirs.name, tensor: gradient }]);
      });
    }
    t.true(greatestError(ours.dataSync(), theirs.dataSync()) < 1e-5);
    ours.dispose();
    theirs.dispose();
    adam.dispose();
  });

  check('200 training steps leave no tensor and no memory behind', (t, engine) => {
    const plain = stackInputs(2, 20);
    const [x, ...flat] = plain.map(({ shape, data }) => tf.variable(tf.tensor(data, shape)));
    const step = (): void => {
      tf.tidy(() => {
        const loss = (): tf.Scalar => {
          const y = engine.convStack(x as unknown as tf.Tensor4D, LAYERS, stackParameters(flat));
          return tf.mean(tf.square(tf.maxPool(y, 2, 1, 'valid')));
        };
        tf.variableGrads(loss, flat);
        loss(); // without a gradient
      });
    };
    const heapBytes = (): number =>
      (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    for (let i = 0; i < 10; i++) step();
    const before = { tensors: tf.memory().numTensors, heap: heapBytes(), native: process.memoryUsage().rss };
    for (let i = 0; i < 200; i++) step();
    t.is(tf.memory().numTensors, before.tensors);
    t.is(heapBytes(), before.heap);
    t.true(process.memoryUsage().rss - before.native < 64 * 2 ** 20);
    tf.dispose([x!, ...flat]);
  });

  check('results stay the same after the heap has grown', (t) => {
    const inputs = [normal([2, 16, 16, 8], 1), normal([3, 3, 8, 8], 2)];
    const f: Differentiable = (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same');
    const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
    const before = evaluate(f, inputs);
    const { buffer } = wasm.HEAPU8;
    const large = tf.zeros([buffer.byteLength / 4]);
    t.not(wasm.HEAPU8.buffer, buffer);
    const after = evaluate(f, inputs);
    large.dispose();
    t.deepEqual(after, before);
  });
}
