import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { markdownOf, type Result, rowsOf } from '../../../bench/ablation/results.js';
import { type AblationOptions, runAblation } from '../../../bench/ablation/run.js';
import { cumulative, variants } from '../../../bench/ablation/variants.js';
import { devEvaluation } from '../../../src/cli/training/dev-evaluation.js';
import { createRandom } from '../../../src/core/random.js';
import { type Engine, openEngine } from '../../../src/training/engine/engine.js';
import { formatBoxes } from '../../../src/training/evaluate/ground-truth.js';
import { initialParameters } from '../../../src/training/network/parameters.js';
import { tiny, tinyTeacher } from '../../../src/training/network/spec.js';
import { initialAdamState } from '../../../src/training/optimise/adamw.js';
import { writeCheckpoint } from '../../../src/training/optimise/checkpoint.js';
import {
  makeRenderedStore,
  renderedClips,
  type RenderedStore,
  simulatedFlight,
  writePng,
} from '../../support/rendered-store.js';

let rendered: RenderedStore;
let engine: Engine;
let work: string;
let sequences: string;

test.before(async (t) => {
  t.timeout(120_000);
  rendered = await makeRenderedStore();
  engine = await openEngine({ wish: ['onednn', 'ort', 'wasm'], precision: 'fp32' });
  [work, sequences] = [join(rendered.scratch, 'work'), join(rendered.scratch, 'sequences')];
  const parameters = initialParameters(tiny, createRandom(1));
  const state = { step: 1, parameters, average: parameters, adam: initialAdamState(parameters) };
  writeCheckpoint(join(work, 'fit-0/checkpoint.safetensors'), state, 'any');
  for (const round of [1, 2]) {
    await mkdir(join(work, `mined-${round}`));
    await writeFile(join(work, `mined-${round}/tracklets.json`), JSON.stringify(tracklets));
  }
  const size = { width: 256, height: 144 };
  const flight = simulatedFlight(4, { seed: 21, size });
  const frames = join(sequences, 'simulated', 'frames');
  await mkdir(frames, { recursive: true });
  for (const [index, { frame }] of flight.entries()) await writePng(join(frames, `000${index}.png`), frame);
  await writeFile(join(sequences, 'simulated', 'groundtruth.txt'), formatBoxes(flight.map(({ box }) => box)));
});

test.after.always(async () => {
  await engine[Symbol.asyncDispose]();
  await rendered.remove();
});

const tracklets = [
  { clip: renderedClips.squares, cx: 40 },
  { clip: renderedClips.squares, cx: 110 },
  { clip: renderedClips.flight, cx: 80 },
].map(({ clip, cx }) => ({
  clip,
  sightings: [0, 1, 2, 3].map((frame) => ({
    frame,
    box: { cx, cy: 48, width: 24, height: 24 },
    grade: 0.7,
  })),
}));

const named = (...names: string[]) => variants.filter(({ name }) => names.includes(name));

test('variants are fitted from one start, evaluated once, and their table stands in ablation.json', async (t) => {
  t.timeout(300_000);
  const { evaluate } = await devEvaluation(sequences, { jobs: 1 });
  const said: string[] = [];
  let evaluations = 0;
  const out = join(rendered.scratch, 'out');
  const options: AblationOptions = {
    engine,
    storeDir: rendered.dir,
    work,
    out,
    variants: named('self', 'distilled', 'plain-40'),
    seeds: [1],
    steps: 2,
    batchSize: 4,
    spec: tiny,
    teacherSpec: tinyTeacher,
    evaluate: (model, signal) => {
      evaluations += 1;
      return evaluate(model, signal);
    },
    note: (text) => said.push(text),
  };
  const results = await runAblation(options);
  t.deepEqual(
    results.map(({ variant, seed, pairs }) => ({ variant, seed, pairs })),
    ['distilled', 'plain-40', 'self'].map((variant) => ({ variant, seed: 1, pairs: 8 })),
  );
  for (const { auc, precision20 } of results) {
    t.true(auc >= 0 && auc <= 1);
    t.true(precision20 >= 0 && precision20 <= 1);
  }
  t.deepEqual(
    said.filter((text) => text.includes(' steps of ')).map((text) => text.split(',')[0]),
    ['self', 'second', 'teacher', 'distilled', 'plain-40'],
    'what distillation needs is fitted before it, and not evaluated',
  );
  t.is(evaluations, 3);
  t.deepEqual(JSON.parse(await readFile(join(out, 'ablation.json'), 'utf8')), rowsOf(results));

  await rm(join(out, 'ablation/self-1/result.json')); // killed after the fit
  said.length = 0;
  t.deepEqual(
    await runAblation({ ...options, variants: named('self') }),
    results,
    'those of earlier runs, too',
  );
  t.is(evaluations, 4, 'only what was not done');
  const otherwise = runAblation({ ...options, steps: 3, variants: named('self') });
  await t.throwsAsync(otherwise, { message: /self-1: results of other options/ });
});

test('every variant adds one thing to the one before, and names are told apart', (t) => {
  t.is(new Set(variants.map(({ name }) => name)).size, variants.length);
  cumulative.slice(1).forEach((variant, index) => {
    const before = cumulative[index]!;
    const { name, text, ...settings } = variant;
    const changed = Object.entries(settings).filter(
      ([key, value]) => before[key as keyof typeof settings] !== value,
    );
    t.true(changed.length === 1 || name === 'mined', `${text}: ${changed.map(([key]) => key).join(', ')}`);
  });
});

test('the tables hold means over the seeds, and a dash where nothing was measured', (t) => {
  const result = (variant: string, seed: number, auc: number): Result => ({
    variant,
    seed,
    pairs: 16_000,
    auc,
    precision20: 0.5,
  });
  const results = [
    result('self', 2, 0.3),
    result('self', 1, 0.2),
    result('progressive', 1, 0.4),
    result('robust-20', 1, 0.35),
  ];
  t.like(rowsOf(results), { 0: { auc: 0.25, seeds: '1, 2', 'auc of each seed': '0.200, 0.300' }, length: 3 });
  const lines = markdownOf(results).split('\n');
  t.true(lines.includes('| trained with (16,000 pairs each) | AUC | of each seed | precision |'));
  t.true(lines.includes('| self-pairs only | 0.250 | 0.200, 0.300 | 0.500 |'));
  t.true(lines.includes('| 0 % | 0.400 | – |'));
  t.true(lines.includes('| 20 % | – | 0.350 |'));
});
