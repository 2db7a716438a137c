import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tfjs from '@tensorflow/tfjs';
import test from 'ava';
import { TrainingError } from '../../../src/core/errors.js';
import { createRandom } from '../../../src/core/random.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { exportModel } from '../../../src/training/export/export-model.js';
import { foldNetwork } from '../../../src/training/network/fold.js';
import { initialParameters, isTrainable, type Parameters } from '../../../src/training/network/parameters.js';
import { readFoldedStacks } from '../../../src/training/network/read-folded.js';
import { nano, tiny } from '../../../src/training/network/spec.js';
import { unfoldNetwork } from '../../../src/training/network/unfold.js';

let engine: Engine;
let dir: string;

test.before(async () => {
  engine = await openEngine({ wish: ['wasm'] });
  dir = await mkdtemp(join(tmpdir(), 'tagalong-unfold-'));
  const training = { method: 'random', engine: 'none', seed: 7, pairs: 0, finished: '2026-01-01' };
  const card = { training: 'Random.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  await exportModel({ parameters: trained, spec: tiny, out: dir, training, card });
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

/** As after a training: the branches' statistics differ. */
const trained: Parameters = (() => {
  const random = createRandom(7);
  const parameters = initialParameters(tiny, random);
  for (const [name, { data }] of parameters) {
    if (name.endsWith('.variance')) data.forEach((_, i) => (data[i] = random.uniform(0.5, 2)));
    else if (!isTrainable(name) || name.endsWith('.beta'))
      data.forEach((_, i) => (data[i] = random.normal(0.3)));
    else if (name.endsWith('.gamma')) data.forEach((_, i) => (data[i] = random.uniform(0.5, 1.5)));
  }
  return parameters;
})();

const batch = () => {
  const { tf } = engine;
  return {
    templates: tf.randomUniform<tfjs.Rank.R4>(
      [4, tiny.templateSize, tiny.templateSize, 3],
      -1,
      1,
      'float32',
      3,
    ),
    searches: tf.randomUniform<tfjs.Rank.R4>([4, tiny.searchSize, tiny.searchSize, 3], -1, 1, 'float32', 4),
    extents: tf.tensor2d([2, 1, 1, 2, 1.5, 1.5, 2, 2], [4, 2]),
  };
};

test.serial(
  'an exported network is read back and folds to the same network again, in both branches',
  async (t) => {
    const stacks = await readFoldedStacks(dir, tiny);
    const unfolded = unfoldNetwork(engine, stacks, tiny, batch(), createRandom(1));
    const [before, after] = [foldNetwork(trained, tiny), foldNetwork(unfolded, tiny)];
    for (const part of ['template', 'search', 'head'] as const) {
      before[part].forEach(({ filter, bias }, layer) => {
        t.true(worst(filter, after[part][layer]!.filter) < 1e-3, `${part} ${layer}: filter`);
        t.true(worst(bias, after[part][layer]!.bias) < 1e-3, `${part} ${layer}: bias`);
      });
    }
    for (const part of ['score', 'shift', 'ratio'] as const)
      t.true(worst(before[part].filter, after[part].filter) < 1e-6, part);
  },
);

test.serial(
  'what is learned from then on is normalised as the batches are: gamma and beta are measured, not 1 and 0',
  async (t) => {
    const stacks = await readFoldedStacks(dir, tiny);
    const unfolded = unfoldNetwork(engine, stacks, tiny, batch(), createRandom(1));
    const gamma = unfolded.get('backbone.0.gamma')!.data;
    const variance = unfolded.get('backbone.0.search.variance')!.data;
    gamma.forEach((value, channel) => {
      t.true(Math.abs(value - Math.sqrt(variance[channel]! + 1e-5)) < 1e-5);
    });
    t.true(gamma.some((value) => Math.abs(value - 1) > 0.05));
  },
);

test.serial('a model of another shape is refused, naming both', async (t) => {
  await t.throwsAsync(readFoldedStacks(dir, nano), {
    instanceOf: TrainingError,
    message: /channels, nano has/,
  });
});

function worst(a: Float32Array, b: Float32Array): number {
  const scale = Math.max(...a.map(Math.abs), 1e-6);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / scale;
}
