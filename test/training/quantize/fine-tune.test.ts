import test from 'ava';
import { openEngine } from '../../../src/training/engine/engine.js';
import { loadOrt } from '../../../src/training/engine/ort/binding.js';
import { fineTune } from '../../../src/training/quantize/fine-tune/fine-tune.js';
import { tuneLayer, type LayerTask } from '../../../src/training/quantize/fine-tune/tune-layer.js';
import { convLayers } from '../../../src/training/quantize/graph/conv-layers.js';
import { type ModelGraph, writeGraph } from '../../../src/training/quantize/graph/model-graph.js';
import { insertQdq, type QdqOptions } from '../../../src/training/quantize/qdq/insert-qdq.js';
import { chooseRange } from '../../../src/training/quantize/ranges/calibrators.js';
import { type Feeds, observe } from '../../../src/training/quantize/ranges/observe.js';
import { openGraphSession } from '../../../src/training/quantize/session/graph-session.js';
import { smallFeeds, smallGraph } from './small-graph.js';

const runtime = loadOrt(1);
const [runs, strangers] = [smallFeeds(24), smallFeeds(40).slice(24)];

function answers(graph: ModelGraph, feeds: readonly Feeds[]): Float32Array {
  using session = openGraphSession(runtime, writeGraph(graph), 'small');
  return Float32Array.from(feeds.flatMap((one) => [...session.run(one, ['answer'])['answer']!]));
}

/** Root of the mean squared difference. */
function distance(expected: Float32Array, found: Float32Array): number {
  const squares = expected.map((value, index) => (value - found[index]!) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
}

function coarse(graph: ModelGraph): QdqOptions {
  const { histograms } = observe(runtime, graph, runs);
  const ranges = new Map([...histograms].map(([name, counts]) => [name, chooseRange('min-max', counts)]));
  return { form: 'int8-cpu', ranges, keepFloat: new Set() };
}

test.serial('fine-tuned layers answer nearer to the float model, also to what taught nothing', async (t) => {
  await using engine = await openEngine({ precision: 'fp32' });
  const graph = smallGraph();
  const [first, second, last] = convLayers(graph).map(({ name }) => name);
  // the rounding of the answer itself would hide what stands before it
  const qdq = { ...coarse(graph), keepFloat: new Set([last!]) };
  const { graph: tuned, gains } = await fineTune(engine, runtime, graph, {
    qdq,
    runs,
    steps: 120,
    batchSize: 8,
  });
  t.deepEqual(
    gains.map(({ layer }) => layer),
    [first, second],
  );
  for (const { before, after } of gains) t.true(after < 0.9 * before);
  const truth = answers(graph, strangers);
  const [before, after] = [graph, tuned].map((one) =>
    distance(truth, answers(insertQdq(one, qdq), strangers)),
  );
  t.true(after! < 0.9 * before!, `${before} -> ${after}`);
});

test.serial('a layer that stays in float keeps its weights', async (t) => {
  await using engine = await openEngine({ precision: 'fp32' });
  const graph = smallGraph();
  const [first] = convLayers(graph);
  const qdq = { ...coarse(graph), keepFloat: new Set([first!.name]) };
  const { graph: tuned, gains } = await fineTune(engine, runtime, graph, {
    qdq,
    runs,
    steps: 5,
    batchSize: 4,
  });
  t.false(gains.some(({ layer }) => layer === first!.name));
  t.is(tuned.initializers.get(first!.weight.name), graph.initializers.get(first!.weight.name));
});

test.serial('an interruption ends the fit', async (t) => {
  await using engine = await openEngine({ precision: 'fp32' });
  const picture = (value: number): Float32Array => new Float32Array(4).fill(value);
  const task: LayerTask = {
    ...{ inputs: [1, 2, 3, 4].map(picture), targets: [2, 4, 6, 8].map(picture), shape: [1, 1, 1, 1] },
    ...{ stride: [1, 1], padding: [0, 0, 0, 0], relu: false, biased: true, side: 2 },
  };
  const start = { filter: Float32Array.of(1.5), bias: Float32Array.of(0) };
  const fitted = await tuneLayer(engine, task, start, { steps: 400, batchSize: 2 });
  t.true(fitted.after < fitted.before);
  const signal = AbortSignal.abort(new Error('enough'));
  const interrupted = tuneLayer(engine, task, start, { steps: 5, batchSize: 2, signal });
  await t.throwsAsync(interrupted, { message: 'enough' });
});
