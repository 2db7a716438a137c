import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { PairBatch, type PairFacts } from '../../../src/training/data/pair-batch.js';
import { PairSource, type PairSourceOptions } from '../../../src/training/data/pair-source.js';
import { asPictureStore } from '../../../src/training/data/picture-store.js';
import { initialEmbeddingParameters } from '../../../src/training/discriminate/embedding-model.js';
import { EmbeddingStep } from '../../../src/training/discriminate/embedding-step.js';
import { ObjectBatch } from '../../../src/training/discriminate/object-batch.js';
import { ObjectSource } from '../../../src/training/discriminate/object-source.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { SiameseStep } from '../../../src/training/fit/siamese-step.js';
import { defaultLossWeights } from '../../../src/training/losses/response-loss.js';
import { cloneParameters, initialParameters, isTrainable } from '../../../src/training/network/parameters.js';
import { tiny } from '../../../src/training/network/spec.js';
import { adamwStep, initialAdamState } from '../../../src/training/optimise/adamw.js';
import { pairAugmentation } from '../../../src/training/presets.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { makeRenderedStore, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;
let engine: Engine;

test.before(async () => {
  rendered = await makeRenderedStore();
  engine = await openEngine({ wish: ['onednn', 'ort', 'wasm'], precision: 'fp32' });
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
  await rendered.remove();
});

const options: PairSourceOptions = {
  spec: tiny,
  batchSize: 8,
  seed: 3,
  ...pairAugmentation,
  tracklets: [],
  minedShare: 0,
  maxInterval: 0,
  imageShare: 0.4,
};

/** Pairs whose target is always there. */
async function pairBatch(batchSize = 8): Promise<PairBatch> {
  await using store = await openFrameStore(rendered.dir);
  const batch = new PairBatch({ ...options, batchSize });
  const self = { ...options.self, search: { ...options.self.search, replacementProbability: 0 } };
  new PairSource(asPictureStore(store), { ...options, self, batchSize }).render(0, batch);
  return batch;
}

const finite = (values: Iterable<number>): boolean => [...values].every(Number.isFinite);

test.serial(
  'thirty steps on one batch: the loss falls, gradients stay finite, no tensor is left behind',
  async (t) => {
    const batch = await pairBatch();
    const parameters = initialParameters(tiny, createRandom(1));
    const before = cloneParameters(parameters);
    const adam = initialAdamState(parameters);
    const step = new SiameseStep(engine, parameters, {
      spec: tiny,
      weights: defaultLossWeights,
      absentShare: 0.5,
      robustness: 0,
    });
    const losses: number[] = [];
    let tensors = 0;
    for (let index = 0; index < 30; index += 1) {
      const { terms, gradients } = step.run(batch);
      losses.push(terms['loss']!);
      t.true(finite(Object.values(terms)));
      if (index === 0) {
        tensors = engine.tf.memory().numTensors;
        t.deepEqual([...gradients.keys()].sort(), [...parameters.keys()].filter(isTrainable).sort());
        t.deepEqual(Object.keys(terms).sort(), ['absent', 'box', 'loss', 'rank', 'score', 'trust']);
        const { score, rank, box, absent } = terms as Record<string, number>;
        t.true(
          Math.abs(terms['loss']! - (score! + 0.5 * rank! + 1.5 * box! + absent!)) < 1e-3,
          'the weighted sum',
        );
      }
      for (const [name, gradient] of gradients) {
        t.true(finite(gradient), `${name} at step ${index}`);
        if (index === 0)
          t.true(
            gradient.some((value) => value !== 0),
            `${name} is pulled`,
          );
      }
      adamwStep(parameters, gradients, adam, { learningRate: 3e-3 });
    }
    t.is(engine.tf.memory().numTensors, tensors);
    t.true(losses.at(-1)! < 0.6 * losses[0]!, losses.map((loss) => loss.toFixed(2)).join(' '));
    for (const [name, { data }] of parameters) {
      t.notDeepEqual(data, before.get(name)!.data, `${name} has moved`);
      if (name.endsWith('.variance')) t.true(data.every((value) => value > 0));
    }
    step.dispose();
  },
);

test.serial('a step disposed leaves nothing in the engine', async (t) => {
  const batch = await pairBatch();
  const parameters = initialParameters(tiny, createRandom(1));
  const before = engine.tf.memory().numTensors;
  const step = new SiameseStep(engine, parameters, {
    spec: tiny,
    weights: defaultLossWeights,
    absentShare: 0.5,
    robustness: 0,
  });
  step.run(batch);
  t.true(engine.tf.memory().numTensors > before);
  step.dispose();
  t.is(engine.tf.memory().numTensors, before);
});

test.serial(
  'the box of a pair of weight 0 does not matter to the gradients; of weight 1 it does',
  async (t) => {
    const gradientsWith = async (weight: number, shift: number): Promise<Float32Array> => {
      const batch = await pairBatch();
      const [first] = batch.facts();
      batch.setFacts(0, { ...first!, box: { ...first!.box, cx: first!.box.cx + shift }, weight });
      // without the absent term, which knows no boxes
      const weights = { ...defaultLossWeights, absent: 0 };
      const step = new SiameseStep(engine, initialParameters(tiny, createRandom(1)), {
        spec: tiny,
        weights,
        absentShare: 0.5,
        robustness: 0,
      });
      const { gradients } = step.run(batch);
      step.dispose();
      return gradients.get('score.filter')!;
    };
    t.deepEqual(await gradientsWith(0, 0), await gradientsWith(0, 30));
    t.notDeepEqual(await gradientsWith(1, 0), await gradientsWith(1, 30));
  },
);

test.serial(
  'without another sample to borrow a template from, the absent term is 0 and the rest stands',
  async (t) => {
    for (const [batchSize, absentShare] of [
      [4, 0],
      [1, 0.5],
    ] as const) {
      const batch = await pairBatch(batchSize);
      const step = new SiameseStep(engine, initialParameters(tiny, createRandom(1)), {
        spec: tiny,
        weights: defaultLossWeights,
        absentShare,
        robustness: 0,
      });
      const { terms, gradients } = step.run(batch);
      step.dispose();
      t.is(terms['absent'], 0);
      t.true(terms['loss']! > 0);
      for (const gradient of gradients.values()) t.true(finite(gradient));
    }
  },
);

test.serial('wrong templates are borrowed from samples of other clips only', async (t) => {
  const absentTerm = async (clips: readonly number[]): Promise<number> => {
    const batch = await pairBatch(4);
    batch.facts().forEach((facts, slot) => {
      batch.setFacts(slot, { ...facts, clip: clips[slot]! });
    });
    const step = new SiameseStep(engine, initialParameters(tiny, createRandom(1)), {
      spec: tiny,
      weights: defaultLossWeights,
      absentShare: 1,
      robustness: 0,
    });
    const { terms } = step.run(batch);
    step.dispose();
    return terms['absent']!;
  };
  t.is(await absentTerm([7, 7, 7, 7]), 0);
  t.true((await absentTerm([7, 8, 7, 7])) > 0);
});

test.serial(
  'where the target is replaced, nothing is to be found: its box teaches nothing, any peak costs',
  async (t) => {
    const batch = await pairBatch(4);
    const run = (): Record<string, number> => {
      const step = new SiameseStep(engine, initialParameters(tiny, createRandom(1)), {
        spec: tiny,
        weights: defaultLossWeights,
        absentShare: 0,
        robustness: 0,
      });
      const { terms } = step.run(batch);
      step.dispose();
      return { ...terms };
    };
    const seen = run();
    batch.facts().forEach((facts, slot) => {
      batch.setFacts(slot, { ...facts, visible: false });
    });
    const replaced = run();
    t.true(seen['box']! > 0 && seen['absent'] === 0);
    t.true(replaced['box'] === 0 && replaced['rank'] === 0 && replaced['absent']! > 0);
  },
);

test.serial(
  'a planted wrong pair gets a small weight once the network has learned, a right one keeps its',
  async (t) => {
    const batch = await pairBatch();
    const parameters = initialParameters(tiny, createRandom(1));
    const adam = initialAdamState(parameters);
    const step = new SiameseStep(engine, parameters, {
      spec: tiny,
      weights: defaultLossWeights,
      absentShare: 0,
      robustness: 1,
    });
    for (let index = 0; index < 60; index += 1) {
      adamwStep(parameters, step.run(batch).gradients, adam, { learningRate: 3e-3 });
    }
    // the first pair now says that its target lies in the opposite quarter of the crop
    const trustOf = (facts: PairFacts): number => {
      batch.setFacts(0, facts);
      return step.run(batch).terms['trust']! * batch.size - (batch.size - 1);
    };
    const [first] = batch.facts();
    const { box } = first!;
    const right = trustOf({ ...first!, mined: true });
    const elsewhere = { ...box, cx: (box.cx + tiny.searchSize / 2) % tiny.searchSize };
    const wrong = trustOf({ ...first!, mined: true, box: elsewhere });
    step.dispose();
    t.true(right > 0.5, `right ${right}`);
    t.true(wrong < 0.1, `wrong ${wrong}`);
  },
);

test.serial(
  'background discrimination learns a batch by heart: the loss falls, retrieval rises',
  async (t) => {
    const objectOptions = {
      spec: tiny,
      objects: 6,
      backgrounds: 3,
      seed: 2,
      augmentation: pairAugmentation.self.template,
      imageShare: 0.3,
    };
    const batch = new ObjectBatch(objectOptions);
    {
      await using store = await openFrameStore(rendered.dir);
      new ObjectSource(asPictureStore(store), objectOptions).render(0, batch);
    }
    const parameters = initialEmbeddingParameters(tiny, 16, createRandom(1));
    const adam = initialAdamState(parameters);
    const step = new EmbeddingStep(engine, tiny, parameters, { temperature: 0.1, hardShare: 0.25 });
    const first = step.run(batch);
    t.deepEqual([...first.gradients.keys()].sort(), [...parameters.keys()].filter(isTrainable).sort());
    const tensors = engine.tf.memory().numTensors;
    let last = first;
    for (let index = 0; index < 30; index += 1) {
      adamwStep(parameters, last.gradients, adam, { learningRate: 3e-3 });
      last = step.run(batch);
      t.true(finite(Object.values(last.terms)));
    }
    t.is(engine.tf.memory().numTensors, tensors);
    t.true(
      last.terms['loss']! < 0.6 * first.terms['loss']!,
      `${first.terms['loss']} -> ${last.terms['loss']}`,
    );
    t.true(last.terms['retrieval']! >= first.terms['retrieval']!);
    step.dispose();
  },
);
