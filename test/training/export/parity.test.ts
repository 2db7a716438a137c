import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import { openEngine } from '../../../src/training/engine/engine.js';
import { exportModel } from '../../../src/training/export/export-model.js';
import { foldNetwork } from '../../../src/training/network/fold.js';
import { initialParameters, isTrainable, type Parameters } from '../../../src/training/network/parameters.js';
import { nano, type NetworkSpec, tiny } from '../../../src/training/network/spec.js';
import { TfjsNetwork } from '../../../src/training/network/tfjs-network.js';

/** Random weights with random BN statistics and biases, so that folding has something to get wrong. */
function randomParameters(spec: NetworkSpec): Parameters {
  const random = createRandom(7);
  const parameters = initialParameters(spec, random);
  for (const [name, { data }] of parameters) {
    if (name.endsWith('.variance')) data.forEach((_, i) => (data[i] = random.uniform(0.5, 2)));
    else if (!isTrainable(name) || name.endsWith('.beta'))
      data.forEach((_, i) => (data[i] = random.normal(0.3)));
    else if (name.endsWith('.gamma')) data.forEach((_, i) => (data[i] = random.uniform(0.5, 1.5)));
    else if (/^(score|shift|ratio)/.test(name)) data.forEach((_, i) => (data[i] = random.normal(0.05)));
  }
  return parameters;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)),
    a.length === b.length ? 0 : Infinity,
  );
}

for (const spec of [tiny, nano]) {
  test.serial(`${spec.name}: the exported graphs answer as the tfjs network does`, async (t) => {
    const out = await mkdtemp(join(tmpdir(), 'tagalong-export-'));
    t.teardown(() => rm(out, { recursive: true }));
    const parameters = randomParameters(spec);
    const training = { method: 'random', engine: 'none', seed: 7, pairs: 0, finished: '2026-01-01' };
    const card = { training: 'Random weights.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
    const contract = await exportModel({ parameters, spec, out, training, card });
    await using engine = await openEngine({ wish: ['wasm'] });
    const reference = new TfjsNetwork(engine, foldNetwork(parameters, spec), contract);
    const network = await openOnnxNetwork(out);
    t.teardown(() => network.dispose());

    const random = createRandom(8);
    const noise = (size: number): Uint8Array =>
      Uint8Array.from({ length: 3 * size * size }, () => random.below(256));
    const [templateCrop, searchCrop] = [noise(spec.templateSize), noise(spec.searchSize)];
    const extent = [spec.templateSize * 0.3, spec.templateSize * 0.5] as const;
    const expected = { ...(await reference.embed(templateCrop)), extent };
    const features = await network.embed(templateCrop);
    t.deepEqual(features.shape, expected.shape);
    t.true(largestDifference(features.data, expected.data) < 1e-4);

    const wanted = await reference.respond(expected, searchCrop);
    const response = await network.respond(expected, searchCrop);
    t.true(largestDifference(response.scores, wanted.scores) < 1e-4);
    t.true(largestDifference(response.distances, wanted.distances) < 1e-4 * spec.searchSize);
    t.true(new Set(response.scores).size > 10, 'the answer depends on the cell');
  });
}

test('scores of the exported network depend on the template', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'tagalong-export-'));
  t.teardown(() => rm(out, { recursive: true }));
  const training = { method: 'random', engine: 'none', seed: 7, pairs: 0, finished: '2026-01-01' };
  const card = { training: 'Random weights.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  await exportModel({ parameters: randomParameters(tiny), spec: tiny, out, training, card });
  const network = await openOnnxNetwork(out);
  t.teardown(() => network.dispose());
  const random = createRandom(9);
  const noise = (size: number): Uint8Array =>
    Uint8Array.from({ length: 3 * size * size }, () => random.below(256));
  const search = noise(tiny.searchSize);
  const answers = [];
  for (let i = 0; i < 2; i += 1) {
    const template = { ...(await network.embed(noise(tiny.templateSize))), extent: [30, 30] as const };
    answers.push(Float32Array.from((await network.respond(template, search)).scores));
  }
  t.true(largestDifference(answers[0]!, answers[1]!) > 1e-4);
});

test('what of the template is meant changes the answer: cells inside of the extent are another input than those around it', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'tagalong-export-'));
  t.teardown(() => rm(out, { recursive: true }));
  const training = { method: 'random', engine: 'none', seed: 7, pairs: 0, finished: '2026-01-01' };
  const card = { training: 'Random weights.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  await exportModel({ parameters: randomParameters(tiny), spec: tiny, out, training, card });
  const network = await openOnnxNetwork(out);
  t.teardown(() => network.dispose());
  const random = createRandom(9);
  const noise = (size: number): Uint8Array =>
    Uint8Array.from({ length: 3 * size * size }, () => random.below(256));
  const features = await network.embed(noise(tiny.templateSize));
  const search = noise(tiny.searchSize);
  const answer = async (extent: readonly [number, number]) => {
    const { scores, distances, size } = await network.respond({ ...features, extent }, search);
    const plane = size * size;
    const widths = Float32Array.from({ length: plane }, (_, i) => distances[i]! + distances[2 * plane + i]!);
    return { scores: scores.slice(), width: widths.reduce((sum, width) => sum + width, 0) / plane };
  };
  const [narrow, wide] = [await answer([10, 40]), await answer([40, 40])];
  t.true(largestDifference(narrow.scores, wide.scores) > 1e-4);
  t.true(wide.width > 2 * narrow.width, `${narrow.width} and ${wide.width} px`);
  await t.throwsAsync(network.respond(features, search), { message: /extent/ });
});
