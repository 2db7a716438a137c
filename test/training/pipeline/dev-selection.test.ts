import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import type { Summary } from '../../../src/training/evaluate/index.js';
import { readTensorFile } from '../../../src/training/network/tensor-file.js';
import type { Parameters } from '../../../src/training/network/parameters.js';
import {
  bestOf,
  DevSelection,
  type DevSelectionOptions,
  readDevLog,
} from '../../../src/training/pipeline/dev-selection.js';
import { weightsOf } from '../../../src/training/pipeline/weights.js';
import { writeFileAtomic } from '../../../src/training/stage/atomic.js';

const test = anyTest as TestFn<{ dir: string }>;

test.beforeEach(async (t) => {
  t.context.dir = await mkdtemp(join(tmpdir(), 'tagalong-dev-'));
});

test.afterEach.always((t) => rm(t.context.dir, { recursive: true }));

/** Weights that are nothing but the step they are of. */
const checkpoint = (step: number): { step: number; average: Parameters } => ({
  step,
  average: new Map([['weights', { shape: [1], data: Float32Array.of(step) }]]),
});

function summary(auc: number | null, names: readonly string[] = ['one']): Summary {
  const rates = { trueAbsenceRate: null, falseAlarmRate: 0, coastingRate: 0 };
  return {
    mean: { auc, precision20: auc, ...rates },
    msPerFrame: { median: 1, p99: 1 },
    sequences: names.map((name) => ({ name, auc: auc ?? 0 })),
  } as unknown as Summary;
}

/** A selection whose evaluation answers by the script, step by step; `models` are the folders that were evaluated. */
function scripted(
  dir: string,
  script: (step: number) => Summary,
  options: Partial<DevSelectionOptions> = {},
) {
  const evaluated: number[] = [];
  const shown: string[] = [];
  let exported = 0;
  const selection = new DevSelection({
    dir,
    steps: 100,
    checkpointEvery: 10,
    every: 2,
    exportModel: async (parameters, out) => {
      exported = parameters.get('weights')!.data[0]!;
      await writeFileAtomic(join(out, 'contract.json'), String(exported));
    },
    evaluate: (modelDir) => {
      t_exists(modelDir);
      evaluated.push(exported);
      return Promise.resolve(script(exported));
    },
    onScore: (entry, best) => shown.push(`${entry.step}: ${entry.auc}, best ${best.step}`),
    ...options,
  });
  return { selection, evaluated, shown };
}

function t_exists(modelDir: string): void {
  if (!existsSync(join(modelDir, 'contract.json'))) throw new Error(`${modelDir} holds no model`);
}

const keptStep = (dir: string): number =>
  readTensorFile(join(dir, 'best.safetensors')).tensors.get('weights')!.data[0]!;

test('the best checkpoint is kept, not the last; of equals the earlier', async (t) => {
  const { dir } = t.context;
  const aucs: Record<number, number> = { 20: 0.3, 40: 0.5, 60: 0.4, 80: 0.5, 100: 0.45 };
  const { selection, evaluated, shown } = scripted(dir, (step) => summary(aucs[step]!));
  for (let step = 10; step <= 100; step += 10) await selection.see(checkpoint(step));
  t.deepEqual(evaluated, [20, 40, 60, 80, 100]);
  t.is(keptStep(dir), 40);
  t.is(bestOf(readDevLog(dir))?.step, 40);
  t.deepEqual(
    readDevLog(dir).map(({ auc }) => auc),
    [0.3, 0.5, 0.4, 0.5, 0.45],
  );
  t.is(shown.at(-1), '100: 0.45, best 40');
  t.deepEqual((await readdir(dir)).sort(), ['best', 'best.safetensors', 'dev.jsonl']);
});

test('by default a fit has eight evaluations, the last step among them', (t) => {
  const options = { steps: 12_000, checkpointEvery: 600, every: undefined };
  const { selection } = scripted(t.context.dir, () => summary(0), options);
  const due = Array.from({ length: 12_000 }, (_, i) => i + 1).filter((step) => selection.isDue(step));
  t.deepEqual(due, [1800, 3600, 5400, 7200, 9000, 10_800, 12_000]);
});

test('what was interrupted in an evaluation is evaluated when the fit goes on, nothing twice', async (t) => {
  const { dir } = t.context;
  const controller = new AbortController();
  const first = scripted(dir, (step) => summary(step / 100), {
    signal: controller.signal,
    evaluate: () => {
      controller.abort();
      return Promise.resolve(summary(0.9));
    },
  });
  await t.throwsAsync(first.selection.see(checkpoint(20)), { any: true, name: 'AbortError' });
  t.deepEqual(readDevLog(dir), [], 'an interrupted score does not count');
  const second = scripted(dir, (step) => summary(step / 100));
  await second.selection.resume(checkpoint(20));
  await second.selection.see(checkpoint(40));
  const third = scripted(dir, (step) => summary(step / 100));
  await third.selection.resume(checkpoint(40));
  await third.selection.see(checkpoint(60));
  t.deepEqual([second.evaluated, third.evaluated], [[20, 40], [60]]);
  t.deepEqual(
    readDevLog(dir).map(({ step }) => step),
    [20, 40, 60],
  );
  t.is(keptStep(dir), 60);
});

test('a killed run that had not come to its line does that evaluation again', async (t) => {
  const { dir } = t.context;
  const { selection, evaluated } = scripted(dir, () => summary(0.5));
  await selection.see(checkpoint(20));
  await rm(join(dir, 'dev.jsonl')); // killed after the weights, before the line
  await selection.resume(checkpoint(20));
  t.deepEqual(evaluated, [20, 20]);
  t.is(readDevLog(dir).length, 1);
});

test('scores of a run that began anew, or of other sequences, are forgotten', async (t) => {
  const { dir } = t.context;
  const { selection } = scripted(dir, () => summary(0.9));
  await selection.see(checkpoint(40));
  await selection.resume(null);
  t.deepEqual(readDevLog(dir), []);
  await selection.see(checkpoint(20));
  const other = scripted(dir, () => summary(0.2, ['two', 'three']));
  await other.selection.see(checkpoint(40));
  t.deepEqual(
    readDevLog(dir).map(({ step, auc }) => [step, auc]),
    [[40, 0.2]],
  );
  t.is(keptStep(dir), 40);
});

test('sequences that cannot be scored end the training with their problem', async (t) => {
  const problems = { ...summary(0.5), partial: true, problems: ['one: cannot be read'] } as Summary;
  const { selection } = scripted(t.context.dir, () => problems);
  await t.throwsAsync(selection.see(checkpoint(20)), {
    name: 'TrainingError',
    message: /development sequences at step 20: one: cannot be read/,
  });
});

test('a stage hands on its best weights only where the run has development sequences', async (t) => {
  const { dir } = t.context;
  const { selection } = scripted(dir, () => summary(0.5));
  await selection.see(checkpoint(20));
  const dev = { evaluate: () => Promise.resolve(summary(0.5)) };
  const { name, parameters } = weightsOf({ dev }, dir);
  t.regex(name, /\/best$/);
  t.is(parameters.get('weights')!.data[0], 20);
  await writeFile(join(dir, 'unrelated'), '');
  t.throws(() => weightsOf({}, dir), { name: 'TrainingError', message: /checkpoint\.safetensors/ });
});
