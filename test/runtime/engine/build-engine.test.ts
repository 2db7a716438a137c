import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { InferenceError, UsageError } from '../../../src/core/errors.js';
import { buildEngine, type BuildEngineOptions } from '../../../src/runtime/engine/build-engine.js';
import { checkEngine } from '../../../src/runtime/engine/check-engine.js';
import { findEngines } from '../../../src/runtime/engine/find-engines.js';
import { readModelFolder } from '../../../src/runtime/inference/model-folder.js';
import { ProviderTrialError } from '../../../src/runtime/inference/provider-trial.js';
import { writeTinyModel } from '../inference/tiny-model.js';
import { type FakeTrtexec, writeFakeTrtexec } from './fake-trtexec.js';

interface Bench {
  readonly dir: string;
  readonly options: BuildEngineOptions;
  /** Arguments of every build that was begun. */
  readonly calls: () => Promise<string[]>;
}

async function bench(t: ExecutionContext, fake: FakeTrtexec = {}): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-engine-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const model = join(dir, 'model');
  await writeTinyModel(model);
  const trtexec = await writeFakeTrtexec(dir, fake);
  const engines = join(dir, 'engines');
  return {
    dir,
    options: { model, engines, trtexec, check: () => Promise.resolve(true) },
    async calls() {
      const log = await readFile(join(dir, 'calls.log'), 'utf8').catch(() => '');
      return log.split('\n').filter(Boolean);
    },
  };
}

test('both graphs are built in float16 with a timing cache, and the result names GPU, version and model', async (t) => {
  const { options, calls } = await bench(t);
  const steps = new Set<string>();
  const { dir, record, built } = await buildEngine({ ...options, onProgress: (step) => steps.add(step) });
  t.true(built);
  t.like(record, {
    model: 'tiny',
    gpu: 'Orin',
    computeCapability: '8.7',
    tensorrt: '10.3.0',
    precision: 'fp16',
    checked: true,
  });
  t.true(dir.endsWith(`${record.modelHash}-fp16-Orin-sm8.7-trt10.3.0`), dir);
  const [template, search] = await calls();
  t.regex(template!, /--onnx=.*template\.onnx .*--skipInference .*timing\.cache --fp16$/);
  t.regex(search!, /--onnx=.*search\.onnx /);
  t.deepEqual(
    [...steps],
    ['building template.onnx in fp16', 'building search.onnx in fp16', 'comparing with the CPU'],
  );
});

test('the engine folder is a model folder with its own hashes, and is found for its model alone', async (t) => {
  const { options } = await bench(t);
  const { dir } = await buildEngine(options);
  const { contract, searchGraph } = await readModelFolder(dir); // checks the hashes
  t.true(new TextDecoder().decode(searchGraph).includes('engine of --onnx='));
  const original = await readModelFolder(options.model);
  t.deepEqual(
    (await findEngines(options.engines, original.contract)).map((engine) => engine.dir),
    [dir],
  );
  t.deepEqual(await findEngines(options.engines, contract), []);
});

test('an engine that is there is not built again, unless it is forced', async (t) => {
  const { dir, options, calls } = await bench(t);
  await buildEngine(options);
  await writeFakeTrtexec(dir, { patient: true });
  t.false((await buildEngine(options)).built);
  t.is((await calls()).length, 2);
  await writeFakeTrtexec(dir);
  t.true((await buildEngine({ ...options, force: true })).built);
  t.is((await calls()).length, 4);
});

test('for another GPU or another version of TensorRT the engine is built anew, beside the old one', async (t) => {
  const { dir, options, calls } = await bench(t);
  await buildEngine(options);
  for (const other of [{ gpu: 'Xavier', computeCapability: '7.2' }, { tensorrt: '8.6.2' }]) {
    await writeFakeTrtexec(dir, other);
    t.true((await buildEngine(options)).built);
  }
  t.is((await calls()).length, 6);
  const folders = (await readdir(options.engines)).filter((name) => name.includes('-fp16-'));
  t.is(folders.length, 3);
});

test('for other weights the engine is built anew', async (t) => {
  const { options } = await bench(t);
  const first = await buildEngine(options);
  const { tinySearchGraph, tinyTemplateGraph } = await import('../inference/tiny-model.js');
  const changed = Uint8Array.from(tinySearchGraph());
  const at = Buffer.from(changed).indexOf('tagalong'); // the name of the writer
  changed[at] = 'T'.charCodeAt(0);
  await writeTinyModel(options.model, { template: tinyTemplateGraph(), search: changed });
  const second = await buildEngine(options);
  t.true(second.built);
  t.not(second.record.modelHash, first.record.modelHash);
});

test('a record that cannot be read is written anew', async (t) => {
  const { options } = await bench(t);
  const { dir } = await buildEngine(options);
  await writeFile(join(dir, 'engine.json'), '{');
  t.deepEqual(await findEngines(options.engines, (await readModelFolder(options.model)).contract), []);
  t.true((await buildEngine(options)).built);
});

test('an engine that computes something else is not kept', async (t) => {
  const { options } = await bench(t);
  const check = () =>
    Promise.reject(new ProviderTrialError('tensorrt computes other scores than the CPU by 0.50'));
  await t.throwsAsync(buildEngine({ ...options, check }), {
    instanceOf: ProviderTrialError,
    message:
      'the engine is not kept: tensorrt computes other scores than the CPU by 0.50; the ordinary model stays in use',
  });
  t.deepEqual(await readdir(options.engines), []);
});

test('where onnxruntime has no TensorRT the engine is kept unchecked, and says so', async (t) => {
  const { options } = await bench(t);
  const { record } = await buildEngine({ ...options, check: checkEngine });
  t.false(record.checked);
});

test('a form in 8 bits is built with int8, the form for the CPU is refused', async (t) => {
  const { options, calls } = await bench(t);
  await writeTinyModel(options.model, { contract: { precision: 'int8-trt' } });
  t.is((await buildEngine(options)).record.precision, 'int8');
  t.regex((await calls())[0]!, /--fp16 --int8$/);
  await writeTinyModel(options.model, { contract: { precision: 'int8-cpu' } });
  await t.throwsAsync(buildEngine(options), { instanceOf: UsageError, message: /give its folder trt$/ });
});

test('a float model cannot be built in 8 bits', async (t) => {
  const { options } = await bench(t);
  await t.throwsAsync(buildEngine({ ...options, precision: 'int8' }), {
    instanceOf: UsageError,
    message: /^--precision "int8": .* is fp32; quantize it first/,
  });
});

test('what trtexec says when it fails is told, and nothing is left behind', async (t) => {
  const { options } = await bench(t, { error: 'Could not find any implementation for node conv_0' });
  await t.throwsAsync(buildEngine(options), {
    instanceOf: InferenceError,
    message: 'trtexec failed (1): Could not find any implementation for node conv_0',
  });
  t.deepEqual(await readdir(options.engines), []);
});

test('a trtexec that is not there is named with what to do', async (t) => {
  const { options } = await bench(t);
  await t.throwsAsync(buildEngine({ ...options, trtexec: '/nowhere/trtexec' }), {
    instanceOf: UsageError,
    message: /^trtexec "\/nowhere\/trtexec" cannot be started: .*--trtexec$/,
  });
});

test('a program that is not trtexec is refused', async (t) => {
  const { options } = await bench(t, { silent: true });
  await t.throwsAsync(buildEngine(options), { instanceOf: InferenceError, message: /is it TensorRT's\?$/ });
});

test('an interruption ends trtexec and leaves nothing behind', async (t) => {
  const { options, calls } = await bench(t, { patient: true });
  const stop = new AbortController();
  const building = buildEngine({
    ...options,
    signal: stop.signal,
    onProgress: () => {
      stop.abort(new Error('enough'));
    },
  });
  await t.throwsAsync(building, { message: 'enough' });
  t.deepEqual(await readdir(options.engines), []);
  t.deepEqual(await calls(), []);
});
