import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import {
  EmbeddingModel,
  initialEmbeddingParameters,
} from '../../../src/training/discriminate/embedding-model.js';
import { embeddingGeometry } from '../../../src/training/discriminate/fold-embedding.js';
import { openEngine } from '../../../src/training/engine/engine.js';
import { exportEmbedding } from '../../../src/training/export/export-embedding.js';
import { normalisedCrops } from '../../../src/training/network/normalised-crops.js';
import {
  type Parameters,
  requireParameter,
  statisticNames,
} from '../../../src/training/network/parameters.js';
import { nano, type NetworkSpec, tiny } from '../../../src/training/network/spec.js';
import { Variables } from '../../../src/training/network/variables.js';

const dimension = 16;
const count = 6;

/** Speckle with large patches, so that crops differ in more than noise. HWC. */
function pictures(size: number): Uint8Array {
  const random = createRandom(4);
  const bytes = size * size * 3;
  return Uint8Array.from({ length: count * bytes }, (_, i) => {
    const [crop, at] = [Math.floor(i / bytes), i % bytes];
    const patch = Math.floor(at / 3 / size / 16) + Math.floor(((at / 3) % size) / 16) * (crop + 2);
    return ((patch * 37 + (at % 3) * 60) % 200) + random.below(50);
  });
}

function toChw(crop: Uint8Array): Uint8Array {
  const plane = crop.length / 3;
  return Uint8Array.from(crop, (_, i) => crop[(i % plane) * 3 + Math.floor(i / plane)]!);
}

/** What the tfjs model says of a batch; its batch statistics become the running ones, so that the export folds the same numbers. */
async function train(spec: NetworkSpec, crops: Uint8Array) {
  const parameters: Parameters = initialEmbeddingParameters(spec, dimension, createRandom(3));
  await using engine = await openEngine({ wish: ['wasm'] });
  const model = new EmbeddingModel(engine, spec, new Variables(engine, parameters));
  const input = normalisedCrops(engine.tf, crops, count, spec.templateSize, spec.normalisation);
  const vectors = model.embed(input, (layers) => {
    layers.forEach(({ mean, variance }, index) => {
      const names = statisticNames('backbone', index, 'template');
      requireParameter(parameters, names.mean).data.set(mean);
      requireParameter(parameters, names.variance).data.set(variance);
    });
  });
  return { parameters, expected: Float32Array.from(await vectors.data()) };
}

async function exported(t: ExecutionContext, spec: NetworkSpec, parameters: Parameters) {
  const out = await mkdtemp(join(tmpdir(), 'tagalong-embedding-'));
  t.teardown(() => rm(out, { recursive: true }));
  const training = { method: 'random', engine: 'none', seed: 3, pairs: 0, finished: '2026-01-01' };
  const card = { training: 'Random weights.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  const contract = await exportEmbedding({ parameters, spec, out, training, card });
  const network = await openOnnxNetwork(out);
  t.teardown(() => network.dispose());
  return { contract, network };
}

for (const spec of [tiny, nano]) {
  test.serial(`${spec.name}: the exported embedding is the tfjs model's, a unit vector`, async (t) => {
    const crops = pictures(spec.templateSize);
    const { parameters, expected } = await train(spec, crops);
    const { contract, network } = await exported(t, spec, parameters);
    t.deepEqual(contract.template.features, [dimension, 1, 1]);
    const bytes = crops.length / count;
    for (let crop = 0; crop < count; crop += 1) {
      const { data } = await network.embed(toChw(crops.subarray(crop * bytes, (crop + 1) * bytes)));
      const wanted = expected.subarray(crop * dimension, (crop + 1) * dimension);
      data.forEach((value, i) => {
        t.true(Math.abs(value - wanted[i]!) < 1e-4, `crop ${crop}, number ${i}: ${value} for ${wanted[i]!}`);
      });
      t.true(Math.abs(Math.hypot(...data) - 1) < 1e-4);
    }
    const [first, second] = [0, 1].map((crop) => expected.slice(crop * dimension, (crop + 1) * dimension));
    t.true(
      first!.some((value, i) => Math.abs(value - second![i]!) > 1e-2),
      'crops differ',
    );
  });
}

test.serial('the dense form finds a picture where it was laid into a search crop', async (t) => {
  const { templateSize, searchSize } = tiny;
  const crops = pictures(templateSize);
  const { parameters } = await train(tiny, crops);
  const { network } = await exported(t, tiny, parameters);
  const { size, stride, offset } = embeddingGeometry(tiny);
  const template = await network.embed(toChw(crops.subarray(0, templateSize ** 2 * 3)));
  for (const [row, column] of [
    [1, 2],
    [3, 3],
    [4, 1],
  ] as const) {
    // the crop's centre is the object's: there it must be found
    const search = new Uint8Array(searchSize ** 2 * 3).fill(115);
    const left = Math.round(offset + column * stride - templateSize / 2);
    const top = Math.round(offset + row * stride - templateSize / 2);
    for (let y = 0; y < templateSize; y += 1)
      for (let x = 0; x < templateSize * 3; x += 1) {
        const [sx, sy] = [left * 3 + x, top + y];
        if (sx >= 0 && sx < searchSize * 3 && sy >= 0 && sy < searchSize)
          search[sy * searchSize * 3 + sx] = crops[y * templateSize * 3 + x]!;
      }
    const { scores } = await network.respond(template, toChw(search));
    const best = scores.indexOf(Math.max(...scores));
    t.deepEqual([Math.floor(best / size), best % size], [row, column]);
    t.true(scores[best]! > 0.98, `cosine ${2 * scores[best]! - 1}`);
  }
});
