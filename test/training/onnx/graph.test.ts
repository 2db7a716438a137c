import test from 'ava';
import * as ort from 'onnxruntime-node';
import { ModelError } from '../../../src/core/errors.js';
import { createGraph, type Graph } from '../../../src/training/onnx/graph.js';
import type { Constant, Value } from '../../../src/training/onnx/graph-writer.js';
import { readModel } from '../../../src/training/onnx/model-reader.js';

const floats = (shape: readonly number[], ...numbers: number[]): Constant => ({
  data: Float32Array.from(numbers),
  shape,
});

/** Builds a graph of one output from float inputs, runs it in onnxruntime, and returns shape and numbers. */
async function run(
  inputs: readonly Constant[],
  build: (graph: Graph, ...values: Value[]) => Value,
): Promise<{ shape: readonly number[]; data: number[] }> {
  const graph = createGraph('test');
  const values = inputs.map(({ shape }, index) => graph.input(`x${index}`, 'float32', shape));
  const result = build(graph, ...values);
  graph.output('y', result);
  const session = await ort.InferenceSession.create(graph.toBytes());
  const feeds = Object.fromEntries(
    inputs.map(({ data, shape }, index) => [
      `x${index}`,
      new ort.Tensor('float32', data as Float32Array, [...shape]),
    ]),
  );
  const { y } = await session.run(feeds);
  await session.release();
  if (y === undefined) throw new Error('no output y');
  // the writer's own idea of the shape is the runtime's
  if (y.dims.join() !== result.shape.join())
    throw new Error(`${y.dims.join()} against ${result.shape.join()}`);
  return { shape: y.dims, data: Array.from(y.data as Float32Array, Number) };
}

function near(actual: readonly number[], expected: readonly number[], tolerance = 1e-6): boolean {
  return (
    actual.length === expected.length &&
    actual.every((x, i) => Math.abs(x - (expected[i] ?? NaN)) <= tolerance)
  );
}

const image = floats([1, 1, 3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9);

test('conv with padding, stride and bias gives the numbers worked out by hand', async (t) => {
  // cross-correlation with [[1, 0], [0, -1]]: x[i][j] - x[i+1][j+1] is -4 inside; the padded rim adds its own
  const weight = floats([1, 1, 2, 2], 1, 0, 0, -1);
  const plain = await run([image], (g, x) => g.conv(x, weight, { bias: floats([1], 10) }));
  t.deepEqual(plain, { shape: [1, 1, 2, 2], data: [6, 6, 6, 6] });
  const strided = await run([image], (g, x) => g.conv(x, weight, { padding: 1, stride: 2 }));
  t.deepEqual(strided, { shape: [1, 1, 2, 2], data: [-1, -3, -7, -4] });
});

test('conv pads each side by its own amount and dilates', async (t) => {
  const corner = await run([image], (g, x) =>
    g.conv(x, floats([1, 1, 2, 2], 1, 1, 1, 1), { padding: [1, 0, 0, 0] }),
  );
  t.deepEqual(corner, { shape: [1, 1, 3, 2], data: [3, 5, 12, 16, 24, 28] });
  const dilated = await run([image], (g, x) => g.conv(x, floats([1, 1, 2, 2], 1, 1, 1, 1), { dilation: 2 }));
  t.deepEqual(dilated, { shape: [1, 1, 1, 1], data: [20] });
});

test('a grouped conv sees only its own channels', async (t) => {
  const x = floats([1, 2, 1, 2], 1, 2, 3, 4);
  const y = await run([x], (g, v) => g.conv(v, floats([2, 1, 1, 1], 10, 100), { group: 2 }));
  t.deepEqual(y, { shape: [1, 2, 1, 2], data: [10, 20, 300, 400] });
});

test('pools take the maximum, the mean inside the image, and the mean of all', async (t) => {
  t.deepEqual((await run([image], (g, x) => g.maxPool(x, { kernel: 2 }))).data, [5, 6, 8, 9]);
  t.deepEqual(
    (await run([image], (g, x) => g.averagePool(x, { kernel: 2, stride: 2, padding: 1 }))).data,
    [1, 2.5, 5.5, 7],
  );
  t.deepEqual(await run([image], (g, x) => g.globalAveragePool(x)), { shape: [1, 1, 1, 1], data: [5] });
});

test('matmul multiplies matrices and broadcasts the leading axes', async (t) => {
  const a = floats([2, 3], 1, 2, 3, 4, 5, 6);
  const b = floats([3, 2], 7, 8, 9, 10, 11, 12);
  t.deepEqual(await run([a, b], (g, x, y) => g.matmul(x, y)), { shape: [2, 2], data: [58, 64, 139, 154] });
  const batch = floats([2, 1, 2], 1, 2, 3, 4);
  t.deepEqual(await run([batch], (g, x) => g.matmul(x, floats([2, 1], 10, 1))), {
    shape: [2, 1, 1],
    data: [12, 34],
  });
});

test('element-wise functions follow their formulas', async (t) => {
  const xs = [-4, -1, 0, 0.5, 2, 4];
  const hardSigmoid = (x: number): number => Math.max(0, Math.min(1, x / 6 + 0.5));
  const cases: [(g: Graph, x: Value) => Value, (x: number) => number][] = [
    [(g, x) => g.relu(x), (x) => Math.max(0, x)],
    [(g, x) => g.sigmoid(x), (x) => 1 / (1 + Math.exp(-x))],
    [(g, x) => g.softplus(x), (x) => Math.log(1 + Math.exp(x))],
    [(g, x) => g.hardSigmoid(x), hardSigmoid],
    [(g, x) => g.hardSwish(x), (x) => x * hardSigmoid(x)],
    [(g, x) => g.sqrt(g.exp(x)), (x) => Math.exp(x / 2)],
    [(g, x) => g.div(g.sub(g.mul(x, x), floats([], 1)), floats([1], 4)), (x) => (x * x - 1) / 4],
    [
      (g, x) => g.min(g.max(g.add(x, floats([1], 1)), floats([1], 0)), floats([1], 2)),
      (x) => Math.min(2, Math.max(0, x + 1)),
    ],
  ];
  for (const [build, formula] of cases) {
    const { data } = await run([floats([6], ...xs)], (g, x) => build(g, x));
    t.true(near(data, xs.map(formula), 2e-6), `${data.join()} against ${xs.map(formula).join()}`);
  }
});

test('transpose, reshape, concat and slice move elements where NumPy would', async (t) => {
  const x = floats([2, 3], 1, 2, 3, 4, 5, 6);
  t.deepEqual(await run([x], (g, v) => g.transpose(v, [1, 0])), { shape: [3, 2], data: [1, 4, 2, 5, 3, 6] });
  t.deepEqual(await run([x], (g, v) => g.reshape(v, [3, 2])), { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] });
  t.deepEqual(await run([x, floats([2, 1], 7, 8)], (g, a, b) => g.concat([a, b], -1)), {
    shape: [2, 4],
    data: [1, 2, 3, 7, 4, 5, 6, 8],
  });
  t.deepEqual(await run([x], (g, v) => g.slice(v, { axis: 1, start: 1, end: 3 })), {
    shape: [2, 2],
    data: [2, 3, 5, 6],
  });
});

test('reductions keep their axes and softmax sums to one', async (t) => {
  const x = floats([2, 3], 1, 2, 3, 4, 5, 6);
  t.deepEqual(await run([x], (g, v) => g.reduceSum(v, [1])), { shape: [2, 1], data: [6, 15] });
  t.deepEqual(await run([x], (g, v) => g.reduceMean(v, [-2])), { shape: [1, 3], data: [2.5, 3.5, 4.5] });
  const { data } = await run([floats([1, 2], 0, Math.log(3))], (g, v) => g.softmax(v, -1));
  t.true(near(data, [0.25, 0.75]));
});

test('uint8 pixels are cast inside the graph', async (t) => {
  const graph = createGraph('cast');
  graph.output('y', graph.cast(graph.input('x', 'uint8', [3]), 'float32'));
  const session = await ort.InferenceSession.create(graph.toBytes());
  const { y } = await session.run({ x: new ort.Tensor('uint8', Uint8Array.of(0, 127, 255), [3]) });
  t.deepEqual([...(y?.data as Float32Array)], [0, 127, 255]);
});

test('an operator that does not fit its inputs is refused when it is added', (t) => {
  const graph = createGraph('bad');
  const x = graph.input('x', 'float32', [1, 3, 8, 8]);
  const bytes = graph.input('bytes', 'uint8', [1, 3, 8, 8]);
  const weight = (...shape: number[]): Constant => ({
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    shape,
  });
  const refused: [() => unknown, RegExp][] = [
    [
      () => graph.conv(x, weight(4, 2, 3, 3)),
      /conv "conv_0": weight .*\[4, 2, 3, 3\].* against "x" float32 \[1, 3, 8, 8\]/,
    ],
    [() => graph.conv(bytes, weight(4, 3, 3, 3)), /conv/],
    [() => graph.conv(x, weight(4, 3, 3, 3), { bias: weight(3) }), /bias .* for 4 filters/],
    [() => graph.conv(x, weight(4, 3, 9, 9)), /shape \[1, 4, 0, 0\]/],
    [() => graph.matmul(x, weight(7, 2)), /matmul/],
    [() => graph.add(x, weight(1, 2, 1, 1)), /add: "x"/],
    [() => graph.add(x, bytes), /add/],
    [() => graph.reshape(x, [1, 100]), /reshape: "x" .* to \[1, 100\]/],
    [() => graph.transpose(x, [0, 1, 1, 2]), /transpose/],
    [() => graph.concat([x, bytes], 1), /concat/],
    [() => graph.slice(x, { axis: 1, start: 2, end: 4 }), /slice 2:4/],
    [() => graph.softmax(x, 4), /axis 4/],
    [() => graph.input('x', 'float32', [1]), /"x" is defined twice/],
    [() => graph.initializer('w', { data: new Float32Array(3), shape: [2, 2] }), /got 3 numbers/],
    [() => graph.relu(createGraph('other').input('z', 'float32', [1])), /not a value of this graph/],
    [() => createGraph('empty').toBytes(), /no output/],
  ];
  for (const [build, message] of refused) t.throws(build, { instanceOf: ModelError, message });
});

test('the same calls make the same bytes', (t) => {
  const build = (): Uint8Array => {
    const graph = createGraph('twice');
    const x = graph.input('x', 'float32', [1, 1, 4, 4]);
    graph.output('y', graph.relu(graph.conv(x, floats([1, 1, 1, 1], 2), { bias: floats([1], 1) })));
    return graph.toBytes();
  };
  t.deepEqual(build(), build());
});

test('the graph counts parameters and multiply-adds', (t) => {
  const graph = createGraph('count');
  const x = graph.input('x', 'float32', [1, 4, 8, 8]);
  const y = graph.conv(
    x,
    { data: new Float32Array(6 * 4 * 9), shape: [6, 4, 3, 3] },
    { stride: 2, padding: 1, bias: { data: new Float32Array(6), shape: [6] } },
  );
  graph.matmul(graph.reshape(y, [6, 16]), { data: new Float32Array(16 * 5), shape: [16, 5] });
  t.is(graph.parameters, 6 * 4 * 9 + 6 + 16 * 5);
  t.is(graph.multiplyAdds, 6 * 4 * 4 * 4 * 9 + 6 * 16 * 5);
});

test('a written model reads back with its nodes, attributes and numbers', (t) => {
  const graph = createGraph('round trip', { opset: 16 });
  const x = graph.input('x', 'float32', [1, 1, 4, 4]);
  const y = graph.conv(x, floats([2, 1, 1, 1], 2, -3), { stride: 2, name: 'first' });
  const [scaled] = graph.node('Custom', [y], {
    outputs: [y],
    domain: 'com.microsoft',
    attributes: { alpha: { float: 0.5 }, mode: { text: 'fast' }, sizes: { floats: [1, 2] } },
  });
  graph.output('out', scaled);
  const model = readModel(graph.toBytes());
  t.is(model.producer, 'tagalong');
  t.is(model.graphName, 'round trip');
  t.deepEqual(
    [...model.opsets],
    [
      ['', 16],
      ['com.microsoft', 1],
    ],
  );
  t.deepEqual(model.inputs, [{ name: 'x', type: 'float32', shape: [1, 1, 4, 4] }]);
  t.deepEqual(model.outputs, [{ name: 'out', type: 'float32', shape: [1, 2, 2, 2] }]);
  t.deepEqual(
    model.nodes.map(({ operator, inputs, outputs }) => [operator, inputs, outputs]),
    [
      ['Conv', ['x', 'first_weight'], ['first']],
      ['Custom', ['first'], ['custom_0']],
      ['Identity', ['custom_0'], ['out']],
    ],
  );
  t.deepEqual(model.nodes[0]?.attributes['strides'], { ints: [2, 2] });
  t.deepEqual(model.nodes[1]?.attributes, {
    alpha: { float: 0.5 },
    mode: { text: 'fast' },
    sizes: { floats: [1, 2] },
  });
  t.deepEqual([...(model.initializers.get('first_weight')?.data ?? [])], [2, -3]);
});

test('bytes that are no model are refused', (t) => {
  t.throws(() => readModel(Uint8Array.of(255, 255, 255, 255)), { instanceOf: ModelError });
  t.throws(() => readModel(new Uint8Array()), { instanceOf: ModelError, message: /no graph/ });
});
