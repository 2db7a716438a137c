import test from 'ava';
import { ModelError, TrainingError } from '../../../src/core/errors.js';
import { createRandom } from '../../../src/core/random.js';
import { loadOrt } from '../../../src/training/engine/ort/binding.js';
import { createGraph } from '../../../src/training/onnx/graph.js';
import { correctBias } from '../../../src/training/quantize/correct-bias.js';
import { fromHalf } from '../../../src/training/quantize/fp16/half.js';
import { insertHalf } from '../../../src/training/quantize/fp16/insert-half.js';
import { equalise } from '../../../src/training/quantize/graph/equalise.js';
import { foldBatchNorm } from '../../../src/training/quantize/graph/fold-batch-norm.js';
import {
  type ModelGraph,
  readGraph,
  replaceInitializers,
  writeGraph,
} from '../../../src/training/quantize/graph/model-graph.js';
import { countFused } from '../../../src/training/quantize/measure/count-fused.js';
import { insertQdq, type QdqOptions } from '../../../src/training/quantize/qdq/insert-qdq.js';
import { chooseRange } from '../../../src/training/quantize/ranges/calibrators.js';
import { observe } from '../../../src/training/quantize/ranges/observe.js';
import { openGraphSession } from '../../../src/training/quantize/session/graph-session.js';
import { centredPixels, convolution, relativeError, smallFeeds, smallGraph } from './small-graph.js';

const runtime = loadOrt(1);
const feeds = smallFeeds(6);

function answers(graph: ModelGraph): Float32Array {
  using session = openGraphSession(runtime, writeGraph(graph), 'small');
  const all = feeds.map((one) => [...session.run(one, ['answer'])['answer']!]);
  return Float32Array.from(all.flat());
}

function qdq(graph: ModelGraph, options: Partial<QdqOptions> = {}): ModelGraph {
  const { histograms } = observe(runtime, graph, feeds);
  const ranges = new Map([...histograms].map(([name, counts]) => [name, chooseRange('min-max', counts)]));
  return insertQdq(graph, { form: 'int8-cpu', ranges, keepFloat: new Set(), ...options });
}

test('a graph that is read and written is the same graph', (t) => {
  const graph = smallGraph();
  const bytes = writeGraph(graph);
  t.deepEqual(readGraph(bytes, 'again'), graph);
  t.deepEqual(writeGraph(readGraph(Buffer.from(bytes), 'from a pooled buffer')), bytes);
});

test('what is no model is refused by name', (t) => {
  t.throws(() => readGraph(new Uint8Array([1, 2, 3]), 'search.onnx'), {
    instanceOf: ModelError,
    message: /^search\.onnx: /,
  });
});

test('in the form for the CPU every convolution runs in 8 bits with its Relu, and answers nearly as in float', async (t) => {
  const graph = smallGraph();
  const quantized = qdq(graph);
  t.like(await countFused(runtime, writeGraph(quantized), 'small'), { int8: 3, float: 0, relus: 0 });
  t.true(relativeError(answers(graph), answers(quantized)) < 0.03);
});

test('pixels are taken as they are: no cast, no subtraction, no rounding before the first layer', (t) => {
  const operators = qdq(smallGraph()).nodes.map(({ operator }) => operator);
  t.false(operators.includes('Cast'));
  t.false(operators.includes('Sub'));
});

test('in the form for TensorRT all zero-points are 0, weights are explicit and biases float', (t) => {
  const graph = smallGraph();
  const quantized = qdq(graph, { form: 'int8-trt' });
  const zeros = [...quantized.initializers.values()].filter(({ name }) => name.endsWith('_zero'));
  t.true(zeros.length > 6);
  for (const { type, data } of zeros) {
    t.is(type, 'int8');
    t.true([...data].every((value) => Number(value) === 0));
  }
  for (const { inputs } of quantized.nodes.filter(({ operator }) => operator === 'Conv')) {
    t.regex(inputs[1]!, /_weight_dq$/);
    t.is(quantized.initializers.get(inputs[2]!)!.type, 'float32');
  }
  t.true(relativeError(answers(graph), answers(quantized)) < 0.05);
});

test('a layer that stays in float between two in 8 bits really does', async (t) => {
  const quantized = qdq(smallGraph(), { keepFloat: new Set(['conv_1']) });
  t.like(await countFused(runtime, writeGraph(quantized), 'small'), { int8: 2, float: 1 });
});

test('equalising channels changes no answer and evens out what shares a scale', (t) => {
  const plain = smallGraph();
  const weight = plain.initializers.get('conv_0_weight')!;
  // one channel forty times the others
  const data = Float32Array.from(weight.data as Float32Array, (value, index) =>
    index < 27 ? 40 * value : value,
  );
  const graph = replaceInitializers(plain, [{ ...weight, data }]);
  const before = observe(runtime, graph, feeds).channelPeaks;
  const { graph: equalised, pairs } = equalise(graph, before);
  t.deepEqual(pairs, [
    { layer: 'conv_0', into: ['conv_1'] },
    { layer: 'conv_1', into: ['conv_2'] },
  ]);
  t.true(relativeError(answers(graph), answers(equalised)) < 1e-4);
  const after = observe(runtime, equalised, feeds).channelPeaks;
  const spread = (peaks: Float32Array): number => Math.max(...peaks) / Math.min(...peaks);
  t.true(spread(after.get('conv_0')!) < spread(before.get('conv_0')!) / 2);
});

test('corrected biases bring the mean of every channel back to that of the float model', (t) => {
  const graph = smallGraph();
  const { histograms } = observe(runtime, graph, feeds);
  // half of the range is cut off: the means are far away
  const ranges = new Map(
    [...histograms].map(([name, { low, high }]) => [name, { low: low / 2, high: high / 2 }]),
  );
  const options: QdqOptions = { form: 'int8-cpu', ranges, keepFloat: new Set() };
  const corrected = correctBias(runtime, graph, options, feeds);
  const meanOf = (quantized: ModelGraph): number => {
    using session = openGraphSession(runtime, writeGraph(quantized, ['conv_2']), 'small', {
      optimisation: 'disabled',
    });
    const all = feeds.flatMap((one) => [...session.run(one, ['conv_2'])['conv_2']!]);
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  const truth = meanOf(graph);
  const error = (quantized: ModelGraph): number => Math.abs(meanOf(insertQdq(quantized, options)) - truth);
  t.true(error(corrected) < error(graph) / 5);
});

test('BatchNorm is folded into the convolution before it', (t) => {
  const graph = createGraph('norm');
  const random = createRandom(3);
  const numbers = (low: number, high: number) =>
    graph.initializer(graph.freshName('norm'), {
      data: Float32Array.from({ length: 8 }, () => random.uniform(low, high)),
      shape: [8],
    });
  const x = convolution(graph, random, centredPixels(graph), 8, 0.01);
  const parts = [numbers(0.5, 2), numbers(-1, 1), numbers(-1, 1), numbers(0.5, 2)];
  const [normal] = graph.node('BatchNormalization', [x, ...parts], {
    outputs: [x],
    attributes: { epsilon: { float: 1e-3 } },
    name: 'bn',
  });
  graph.output('answer', graph.relu(normal));
  const read = readGraph(graph.toBytes(), 'norm');
  const { graph: folded, folded: names } = foldBatchNorm(read);
  t.deepEqual(names, ['bn']);
  t.false(folded.nodes.some(({ operator }) => operator === 'BatchNormalization'));
  t.true(relativeError(answers(read), answers(folded)) < 1e-5);
  t.is(foldBatchNorm(folded).graph, folded);
});

test('a model that computes NaN is refused with the name of the tensor', (t) => {
  const plain = smallGraph();
  const bias = plain.initializers.get('conv_1_bias')!;
  const data = Float32Array.from(bias.data as Float32Array);
  data[2] = Number.NaN;
  const error = t.throws(() => observe(runtime, replaceInitializers(plain, [{ ...bias, data }]), feeds), {
    instanceOf: TrainingError,
  });
  t.regex(error.message, /"(relu|conv)_\d" holds NaN/);
});

test('in 16 bits convolutions alone are float16, and answers are nearly those of float', (t) => {
  const graph = smallGraph();
  const { graph: half, left } = insertHalf(graph);
  t.deepEqual(left, []);
  t.is(half.initializers.get('conv_1_weight_half')!.type, 'float16');
  t.true(relativeError(answers(graph), answers(half)) < 0.01);
  const weights = half.initializers.get('conv_1_weight_half')!.data as Uint16Array;
  const floats = graph.initializers.get('conv_1_weight')!.data as Float32Array;
  t.true(relativeError(floats, Float32Array.from(weights, fromHalf)) < 1e-3);
});

test('a layer whose numbers 16 bits cannot hold stays in float32', (t) => {
  const plain = smallGraph();
  const bias = plain.initializers.get('conv_2_bias')!;
  const data = Float32Array.from(bias.data as Float32Array);
  data[0] = -1e5;
  t.deepEqual(insertHalf(replaceInitializers(plain, [{ ...bias, data }])).left, ['conv_2']);
});
