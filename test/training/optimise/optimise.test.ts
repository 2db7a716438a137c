import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { TrainingError } from '../../../src/core/errors.js';
import { createRandom } from '../../../src/core/random.js';
import type { Parameters } from '../../../src/training/network/parameters.js';
import { adamwStep, initialAdamState } from '../../../src/training/optimise/adamw.js';
import { optimise, type OptimiseOptions, resumeOrStart } from '../../../src/training/optimise/optimise.js';
import { cosineSchedule } from '../../../src/training/optimise/schedule.js';

const start = (): Parameters => new Map([['w.filter', { shape: [3], data: Float32Array.of(5, -4, 3) }]]);

/** A noisy bowl around (1, 2, 3); the noise of a step depends on its number alone. */
function bowl(parameters: Parameters) {
  return (index: number) => {
    const random = createRandom(index);
    const w = parameters.get('w.filter')!.data;
    const gradient = Float32Array.from(w, (value, i) => 2 * (value - (i + 1)) + random.normal(0.1));
    return Promise.resolve({ terms: { loss: 0 }, gradients: new Map([['w.filter', gradient]]) });
  };
}

async function options(folder: string, steps: number): Promise<OptimiseOptions> {
  return Promise.resolve({
    steps,
    learningRate: 0.1,
    warmup: 10,
    weightDecay: 0,
    averageDecay: 0.9,
    checkpointPath: join(folder, 'checkpoint.safetensors'),
    checkpointEvery: 7,
    digest: 'bowl',
  });
}

test('the optimiser finds the minimum', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-optimise-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const run = await options(folder, 300);
  const state = resumeOrStart(start, run);
  await optimise(state, bowl(state.parameters), run);
  const found = state.average.get('w.filter')!.data;
  found.forEach((value, i) => {
    t.true(Math.abs(value - (i + 1)) < 0.1, String(value));
  });
});

test('a run that is killed and resumed ends with the same bits as one that was not', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-optimise-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const whole = await options(join(folder, 'whole'), 40);
  const reference = resumeOrStart(start, whole);
  await optimise(reference, bowl(reference.parameters), whole);

  const cut = await options(join(folder, 'cut'), 40);
  const first = resumeOrStart(start, cut);
  const kill = new Error('killed');
  const dying = bowl(first.parameters);
  await t.throwsAsync(
    optimise(first, (index) => (index === 25 ? Promise.reject(kill) : dying(index)), cut),
    { is: kill },
  );
  const second = resumeOrStart(start, cut);
  t.is(second.step, 21, 'the last checkpoint');
  await optimise(second, bowl(second.parameters), cut);
  t.deepEqual(second.parameters, reference.parameters);
  t.deepEqual(second.average, reference.average);
  t.deepEqual(second.adam, reference.adam);
});

test('an aborted run leaves a checkpoint of the step it had reached', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-optimise-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const controller = new AbortController();
  const run = { ...(await options(folder, 40)), signal: controller.signal };
  const state = resumeOrStart(start, run);
  const step = bowl(state.parameters);
  const stopping = (index: number) => {
    if (index === 11) controller.abort();
    return step(index);
  };
  await t.throwsAsync(optimise(state, stopping, run), { any: true, name: 'AbortError' });
  t.is(resumeOrStart(start, run).step, 12);
});

test('a checkpoint of other options, or a torn one, is refused by name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-optimise-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const run = await options(folder, 7);
  const state = resumeOrStart(start, run);
  await optimise(state, bowl(state.parameters), run);
  t.throws(() => resumeOrStart(start, { ...run, digest: 'other' }), {
    instanceOf: TrainingError,
    message: /other options/,
  });
  const { truncateSync } = await import('node:fs');
  truncateSync(run.checkpointPath, 100);
  t.throws(() => resumeOrStart(start, run), {
    instanceOf: TrainingError,
    message: /checkpoint\.safetensors/,
  });
});

test('gradients that are not finite change nothing; ten in a row end the run', async (t) => {
  const parameters = start();
  const adam = initialAdamState(parameters);
  const poison = new Map([['w.filter', Float32Array.of(Number.NaN, 0, 0)]]);
  t.false(Number.isFinite(adamwStep(parameters, poison, adam, { learningRate: 1 })));
  t.deepEqual(parameters, start());
  t.is(adam.step, 0);
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-optimise-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const run = await options(folder, 40);
  const diverging = optimise(
    resumeOrStart(start, run),
    () => Promise.resolve({ terms: {}, gradients: poison }),
    run,
  );
  await t.throwsAsync(diverging, { instanceOf: TrainingError, message: /learning rate 0\.1/ });
});

test('a large gradient is clipped to the norm allowed', (t) => {
  const [plain, clipped] = [start(), start()];
  const small = new Map([['w.filter', Float32Array.of(3, 0, 4)]]);
  const large = new Map([['w.filter', Float32Array.of(300, 0, 400)]]);
  adamwStep(plain, small, initialAdamState(plain), { learningRate: 0.1, maxNorm: 5, epsilon: 1 });
  t.is(
    adamwStep(clipped, large, initialAdamState(clipped), { learningRate: 0.1, maxNorm: 5, epsilon: 1 }),
    500,
  );
  plain.get('w.filter')!.data.forEach((value, i) => {
    t.true(Math.abs(value - clipped.get('w.filter')!.data[i]!) < 1e-6);
  });
});

test('the schedule warms up linearly and ends at its floor', (t) => {
  const schedule = { peak: 1, steps: 110, warmup: 10, floor: 0.01 };
  t.is(cosineSchedule(0, schedule), 0.1);
  t.is(cosineSchedule(9, schedule), 1);
  t.true(Math.abs(cosineSchedule(60, schedule) - 0.505) < 1e-9);
  t.true(Math.abs(cosineSchedule(110, schedule) - 0.01) < 1e-9);
});
