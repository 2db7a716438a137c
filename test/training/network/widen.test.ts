import type * as tfjs from '@tensorflow/tfjs';
import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { contractDraft } from '../../../src/training/export/export-model.js';
import { foldNetwork } from '../../../src/training/network/fold.js';
import {
  initialParameters,
  isTrainable,
  layerNames,
  type Parameters,
} from '../../../src/training/network/parameters.js';
import { SiameseModel } from '../../../src/training/network/siamese-model.js';
import {
  nano,
  networkCost,
  type NetworkSpec,
  teacher,
  tiny,
  tinyTeacher,
} from '../../../src/training/network/spec.js';
import { TfjsNetwork } from '../../../src/training/network/tfjs-network.js';
import { Variables } from '../../../src/training/network/variables.js';
import { widen } from '../../../src/training/network/widen.js';

let engine: Engine;

test.before(async () => {
  engine = await openEngine({ wish: ['wasm'] });
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
});

/** As after a training: nothing is 0 or 1, and the branches' statistics differ. */
function trainedLooking(spec: NetworkSpec): Parameters {
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

const noise = (size: number, seed: number): Uint8Array => {
  const random = createRandom(seed);
  return Uint8Array.from({ length: 3 * size * size }, () => random.below(256));
};

async function answer(parameters: Parameters, spec: NetworkSpec) {
  const training = { method: 'random', engine: 'none', seed: 7, pairs: 0, finished: '2026-01-01' };
  const contract = contractDraft(spec, spec.name, training) as unknown as TfjsNetwork['contract'];
  const network = new TfjsNetwork(engine, foldNetwork(parameters, spec), contract);
  const template = { ...(await network.embed(noise(spec.templateSize, 8))), extent: [30, 20] as const };
  return await network.respond(template, noise(spec.searchSize, 9));
}

const worst = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) : Infinity;

for (const [from, to] of [
  [tiny, tinyTeacher],
  [nano, teacher],
] as const) {
  test.serial(`${from.name} widened to ${to.name} answers as before`, async (t) => {
    const parameters = trainedLooking(from);
    const wider = widen(parameters, from, to, createRandom(1));
    const shapes = (of: Parameters) =>
      [...of].map(([name, { shape, data }]) => [name, shape, data.length]).sort();
    t.deepEqual(
      shapes(wider),
      shapes(initialParameters(to, createRandom(2))),
      'the arrays of the wide network',
    );
    const [before, after] = [await answer(parameters, from), await answer(wider, to)];
    t.true(new Set(before.scores).size > 10, 'the answer depends on the cell');
    t.true(worst(before.scores, after.scores) < 1e-4);
    t.true(worst(before.distances, after.distances) / Math.max(...before.distances) < 1e-4);
  });
}

test.serial('with the statistics of a batch the answer and the correlation stay, too', (t) => {
  const parameters = trainedLooking(tiny);
  const respond = (of: Parameters, spec: NetworkSpec) =>
    engine.tf.tidy(() => {
      const variables = new Variables(engine, of);
      const model = new SiameseModel(engine, spec, variables);
      const crops = (size: number): tfjs.Tensor4D =>
        engine.tf.randomUniform<tfjs.Rank.R4>([2, size, size, 3], -1, 1, 'float32', 5);
      const template = model.features(crops(spec.templateSize), 'template');
      const search = model.features(crops(spec.searchSize), 'search');
      const { logits, distances, maps } = model.head(
        template,
        search,
        engine.tf.tensor2d([2, 1, 1.5, 3], [2, 2]),
      );
      const read = [logits, distances, maps].map((tensor) => Float32Array.from(tensor.dataSync()));
      variables.dispose();
      return read;
    });
  const before = respond(parameters, tiny);
  const after = respond(widen(parameters, tiny, tinyTeacher, createRandom(1)), tinyTeacher);
  before.forEach((values, i) => {
    t.true(worst(values, after[i]!) < 2e-4, `output ${i}`);
  });
});

test.serial('copies of a channel are read with different weights, so that training parts them', (t) => {
  const parameters = trainedLooking(tiny);
  const wider = widen(parameters, tiny, tinyTeacher, createRandom(1));
  const narrow = tiny.backbone[0]!.channels;
  const { filter } = layerNames('backbone', 1);
  const { shape, data } = wider.get(filter)!;
  const [, , inputs, outputs] = shape as [number, number, number, number];
  const first = wider.get(layerNames('backbone', 0).gamma)!.data;
  // the first copy that was added, and the channel it was copied from
  const copy = narrow;
  const original = first.findIndex((gamma, i) => i < narrow && gamma === first[copy]);
  t.true(original >= 0);
  const ratios = Array.from({ length: 9 * outputs }, (_, i) => {
    const at = (channel: number): number =>
      data[(Math.floor(i / outputs) * inputs + channel) * outputs + (i % outputs)]!;
    return at(copy) / at(original);
  });
  t.true(ratios.every((ratio) => ratio > 0.3 && ratio < 3.01));
  t.true(new Set(ratios.map((ratio) => ratio.toFixed(3))).size > ratios.length / 2);
});

test('the teacher has about three times the multiply-adds of nano', (t) => {
  const factor = networkCost(teacher).multiplyAdds / networkCost(nano).multiplyAdds;
  t.true(factor > 2.8 && factor < 3.3, factor.toFixed(2));
});

test('widths may only grow, and nothing else may differ', (t) => {
  const parameters = trainedLooking(tiny);
  t.throws(() => widen(parameters, tiny, { ...tiny, searchSize: 255 }, createRandom(1)), {
    message: /only widths may differ/,
  });
  const narrower = { ...tiny, head: tiny.head.map((layer) => ({ ...layer, channels: 8 })) };
  t.throws(() => widen(parameters, tiny, narrower, createRandom(1)), {
    message: /head layer 0 of tiny has 8 channels/,
  });
  t.throws(() => widen(trainedLooking(tinyTeacher), tiny, tinyTeacher, createRandom(1)), {
    instanceOf: RangeError,
  });
});
