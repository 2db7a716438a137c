import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { InferenceError, ModelError, UsageError } from '../../../src/core/errors.js';
import { createRandom } from '../../../src/core/random.js';
import { readModelFolder } from '../../../src/runtime/inference/model-folder.js';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import { createGraph } from '../../../src/training/onnx/graph.js';
import { tinySearchGraph, writeTinyModel, type TinyOverrides } from './tiny-model.js';

async function tinyModel(overrides: TinyOverrides = {}): Promise<{ dir: string } & AsyncDisposable> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-model-'));
  await writeTinyModel(dir, overrides);
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
}

function crop(side: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  return Uint8Array.from({ length: 3 * side * side }, () => random.below(256));
}

test('a model folder embeds a template and answers for a search crop', async (t) => {
  await using model = await tinyModel();
  const network = await openOnnxNetwork(model.dir);
  t.is(network.contract.name, 'tiny');
  const features = await network.embed(crop(16, 1));
  t.deepEqual(features.shape, [4, 2, 2]);
  const response = await network.respond(features, crop(32, 2));
  t.is(response.size, 4);
  t.is(response.scores.length, 16);
  t.is(response.distances.length, 64);
  t.true(response.scores.every((score) => score > 0 && score < 1));
  t.true(response.distances.every((distance) => distance >= 1));
  await network.dispose();
});

test('a search crop that holds the template scores as the correlation worked out in JavaScript', async (t) => {
  await using model = await tinyModel();
  const network = await openOnnxNetwork(model.dir);
  const search = crop(32, 3);
  const template = await network.embed(crop(16, 4));
  const { scores, distances } = await network.respond(template, search);
  // distances are exp(features): their logarithm gives the search features back
  const searchFeatures = distances.map(Math.log);
  for (let cell = 0; cell < 16; cell++) {
    let sum = 0;
    for (let channel = 0; channel < 4; channel++) {
      for (let part = 0; part < 4; part++) {
        sum += template.data[channel * 4 + part]! * searchFeatures[channel * 16 + cell]!;
      }
    }
    const expected = 1 / (1 + Math.exp(1 - sum));
    t.true(Math.abs(expected - scores[cell]!) < 1e-4, `cell ${cell}: ${scores[cell]!} against ${expected}`);
  }
  await network.dispose();
});

test('features of one target survive the embedding of the next, and the caller may reuse its buffers', async (t) => {
  await using model = await tinyModel();
  const network = await openOnnxNetwork(model.dir);
  const pixels = crop(16, 5);
  const first = await network.embed(pixels);
  const kept = first.data.slice();
  pixels.fill(0);
  await network.embed(pixels);
  t.deepEqual(first.data, kept);
  await network.dispose();
});

test('buffers of the wrong size and calls after dispose are refused', async (t) => {
  await using model = await tinyModel();
  const network = await openOnnxNetwork(model.dir);
  await t.throwsAsync(network.embed(new Uint8Array(10)), {
    instanceOf: InferenceError,
    message: '"template" has 10 numbers, the model takes 768',
  });
  await network.dispose();
  await network.dispose();
  await t.throwsAsync(network.embed(crop(16, 1)), { instanceOf: InferenceError, message: /closed/ });
});

test('a provider this build lacks falls back to the next wish, and the report says why', async (t) => {
  await using model = await tinyModel();
  // the npm build for CPU has no CUDA and no TensorRT library
  const network = await openOnnxNetwork(model.dir, { providers: ['tensorrt', 'cpu', 'cuda'] });
  t.is(network.provider, 'cpu');
  t.deepEqual(
    network.providerReport.map(({ provider, outcome }) => [provider, outcome]),
    [
      ['tensorrt', 'failed'],
      ['cpu', 'used'],
      ['cuda', 'skipped'],
    ],
  );
  t.regex(network.providerReport[0]!.reason, /TensorRT/i);
  await network.dispose();
});

test('without the CPU among the wishes a missing provider is an error', async (t) => {
  await using model = await tinyModel();
  await t.throwsAsync(openOnnxNetwork(model.dir, { providers: ['cuda'] }), {
    instanceOf: InferenceError,
    message: /no execution provider of "cuda" can be used \(cuda: .*\); add cpu/s,
  });
});

test('a folder that is missing, a file, or incomplete says which path', async (t) => {
  await using model = await tinyModel();
  await t.throwsAsync(readModelFolder(join(model.dir, 'nowhere')), {
    instanceOf: UsageError,
    message: /nowhere" does not exist; give a folder with contract.json/,
  });
  await t.throwsAsync(readModelFolder(join(model.dir, 'contract.json')), {
    instanceOf: UsageError,
    message: /is a file/,
  });
  await rm(join(model.dir, 'search.onnx'));
  await t.throwsAsync(readModelFolder(model.dir), {
    instanceOf: ModelError,
    message: /search.onnx is missing/,
  });
  await rm(join(model.dir, 'contract.json'));
  await t.throwsAsync(readModelFolder(model.dir), {
    instanceOf: ModelError,
    message: /contract.json is missing/,
  });
});

test('a graph that is not the one the contract hashed is refused', async (t) => {
  await using model = await tinyModel();
  const path = join(model.dir, 'search.onnx');
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  await t.throwsAsync(openOnnxNetwork(model.dir), {
    instanceOf: ModelError,
    message: /search.onnx: sha256 is/,
  });
});

test('an unknown key in the contract is an error that names it', async (t) => {
  await using model = await tinyModel();
  const path = join(model.dir, 'contract.json');
  const contract = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...contract, colour: 'blue' }));
  await t.throwsAsync(openOnnxNetwork(model.dir), {
    instanceOf: ModelError,
    message: /contract.json: .*colour/,
  });
});

test('a graph cut in half, though its hash is right, is refused', async (t) => {
  const whole = tinySearchGraph();
  for (const search of [whole.subarray(0, whole.length / 2), new Uint8Array(100).fill(7)]) {
    await using model = await tinyModel({ search });
    await t.throwsAsync(openOnnxNetwork(model.dir), { instanceOf: ModelError, message: /search.onnx: / });
    // a wish that fails first does not hide that the graph is at fault
    await t.throwsAsync(openOnnxNetwork(model.dir, { providers: ['cuda', 'cpu'] }), {
      instanceOf: ModelError,
      message: /search.onnx: /,
    });
  }
});

test('tensors that are not the contract’s are refused by name, type and shape', async (t) => {
  const wrong: [TinyOverrides, RegExp][] = [
    [
      { contract: { response: { size: 5, stride: 8, offset: 4 } } },
      /output "scores" is float32 \[1, 1, 4, 4\], the contract says float32 \[1, 1, 5, 5\]/,
    ],
    [
      { contract: { template: { file: 'template.onnx', cropSize: 24, features: [4, 3, 3] } } },
      /template.onnx: input "template" is uint8 \[1, 3, 16, 16\]/,
    ],
    [{ template: tinySearchGraph() }, /template.onnx: input "template" is missing/],
    [{ search: extraInput() }, /search.onnx: input "more" is not in the contract/],
  ];
  for (const [overrides, message] of wrong) {
    await using model = await tinyModel(overrides);
    await t.throwsAsync(openOnnxNetwork(model.dir), { instanceOf: ModelError, message });
  }
});

test('a graph whose declared shapes are a lie is refused when it is opened', async (t) => {
  const graph = createGraph('lying');
  const pixels = graph.cast(graph.input('template', 'uint8', [1, 3, 16, 16]), 'float32');
  // 48 numbers into 16 places: shape inference cannot see it because the sizes are computed
  const sizes = graph.constant({ data: BigInt64Array.of(1n, 4n, 2n, 2n), shape: [4] }, 'sizes');
  const [computed] = graph.node('Abs', [sizes], { outputs: [sizes] });
  const part = graph.slice(graph.reshape(pixels, [768]), { axis: 0, start: 0, end: 48 });
  const [shaped] = graph.node('Reshape', [part, computed], {
    outputs: [{ type: 'float32', shape: [1, 4, 2, 2] }],
  });
  graph.output('features', shaped);
  await using model = await tinyModel({ template: graph.toBytes() });
  await t.throwsAsync(openOnnxNetwork(model.dir), { instanceOf: ModelError, message: /template.onnx: / });
});

test('an aborted signal stops the opening', async (t) => {
  await using model = await tinyModel();
  await t.throwsAsync(openOnnxNetwork(model.dir, { signal: AbortSignal.abort() }), {
    any: true,
    name: 'AbortError',
  });
});

function extraInput(): Uint8Array {
  const graph = createGraph('extra');
  graph.input('search', 'uint8', [1, 3, 32, 32]);
  const features = graph.input('features', 'float32', [1, 4, 2, 2]);
  const more = graph.input('more', 'float32', [1, 1, 4, 4]);
  graph.output('scores', graph.sigmoid(more));
  const ones = { data: new Float32Array(64).fill(1), shape: [1, 4, 4, 4] };
  graph.output('distances', graph.mul(ones, graph.reduceMean(features, [1, 2, 3])));
  return graph.toBytes();
}
