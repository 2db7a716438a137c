import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import { PairBatch } from '../../../src/training/data/pair-batch.js';
import { PairSource, type PairSourceOptions } from '../../../src/training/data/pair-source.js';
import { asPictureStore } from '../../../src/training/data/picture-store.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { SiameseStep } from '../../../src/training/fit/siamese-step.js';
import {
  defaultDistillWeights,
  type DistillWeights,
} from '../../../src/training/losses/distillation-loss.js';
import { defaultLossWeights } from '../../../src/training/losses/response-loss.js';
import {
  cloneParameters,
  initialParameters,
  isTrainable,
  type Parameters,
} from '../../../src/training/network/parameters.js';
import { tiny, tinyTeacher } from '../../../src/training/network/spec.js';
import { widen } from '../../../src/training/network/widen.js';
import { adamwStep, initialAdamState } from '../../../src/training/optimise/adamw.js';
import { pairAugmentation } from '../../../src/training/presets.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { makeRenderedStore, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;
let engine: Engine;
let batch: PairBatch;

test.before(async () => {
  rendered = await makeRenderedStore();
  engine = await openEngine({ wish: ['onednn', 'ort', 'wasm'], precision: 'fp32' });
  const options: PairSourceOptions = {
    spec: tiny,
    batchSize: 4,
    seed: 3,
    ...pairAugmentation,
    tracklets: [],
    minedShare: 0,
    maxInterval: 0,
    imageShare: 0.4,
  };
  await using store = await openFrameStore(rendered.dir);
  batch = new PairBatch(options);
  new PairSource(asPictureStore(store), options).render(0, batch);
  batch.facts().forEach((facts, slot) => {
    batch.setFacts(slot, { ...facts, visible: true });
  });
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
  await rendered.remove();
});

function distilling(
  parameters: Parameters,
  teacher: Parameters,
  weights: Partial<DistillWeights> = {},
): SiameseStep {
  return new SiameseStep(engine, parameters, {
    spec: tiny,
    weights: defaultLossWeights,
    absentShare: 0.5,
    robustness: 0,
    teacher: {
      name: 'teacher',
      spec: tinyTeacher,
      parameters: teacher,
      weights: { ...defaultDistillWeights, ...weights },
    },
  });
}

test.serial('a student comes nearer to its teacher, which stays as it is', (t) => {
  const student = initialParameters(tiny, createRandom(1));
  const teacher = initialParameters(tinyTeacher, createRandom(2));
  for (const name of ['score.filter', 'shift.filter', 'ratio.filter'])
    teacher.get(name)!.data.forEach((value, i, data) => (data[i] = 10 * value));
  const before = cloneParameters(teacher);
  const adam = initialAdamState(student);
  const step = distilling(student, teacher, { labels: 0 });
  const losses: number[] = [];
  let tensors = 0;
  for (let index = 0; index < 20; index += 1) {
    const { terms, gradients } = step.run(batch);
    if (index === 0) {
      tensors = engine.tf.memory().numTensors;
      t.deepEqual(
        [...gradients.keys()].sort(),
        [...student.keys()].filter(isTrainable).sort(),
        "the student's alone",
      );
    }
    losses.push(terms['loss']!);
    adamwStep(student, gradients, adam, { learningRate: 3e-3 });
  }
  step.dispose();
  t.true(losses.every(Number.isFinite));
  t.true(losses.at(-1)! < 0.6 * losses[0]!, losses.map((loss) => loss.toFixed(3)).join(' '));
  t.true(engine.tf.memory().numTensors < tensors, 'nothing piles up, and disposing frees the teacher, too');
  for (const [name, { data }] of before) t.deepEqual(teacher.get(name)!.data, data, name);
});

test.serial('a student that was widened to its teacher has nothing to learn from it', (t) => {
  const student = initialParameters(tiny, createRandom(1));
  const step = distilling(student, widen(student, tiny, tinyTeacher, createRandom(2)), { labels: 0 });
  const { terms } = step.run(batch);
  step.dispose();
  for (const name of ['response', 'score', 'feature']) t.true(terms[`teacher ${name}`]! < 1e-4, name);
  t.true(terms['teacher box']! < 1e-3);
});

test.serial('a mined pair whose label the teacher finds unlikely is not learned from its label', (t) => {
  const teacher = initialParameters(tinyTeacher, createRandom(2));
  const trustWith = (mined: boolean, belief: number): number => {
    const facts = batch.facts();
    facts.forEach((each, slot) => {
      batch.setFacts(slot, { ...each, mined });
    });
    const step = distilling(initialParameters(tiny, createRandom(1)), teacher, { belief });
    const { terms } = step.run(batch);
    step.dispose();
    facts.forEach((each, slot) => {
      batch.setFacts(slot, each);
    });
    return terms['trust']!;
  };
  t.is(trustWith(true, 1), 0, 'no label reaches a likelihood of 1');
  t.is(trustWith(true, 0), 1);
  t.is(trustWith(false, 1), 1, 'self-pairs are right by construction');
});
