import * as tf from '@tensorflow/tfjs';
import test from 'ava';
import { type EngineName, openEngine } from '../../../src/training/engine/engine.js';

test.serial('an unknown engine is refused with the names there are', async (t) => {
  await t.throwsAsync(openEngine({ wish: ['abacus' as EngineName] }), { message: /"abacus".*onednn/ });
});

test.serial('a number of threads that is none is refused', async (t) => {
  await t.throwsAsync(openEngine({ threads: 0 }), { message: /"0"/ });
});

test.serial('bf16 is refused by an engine without it, and the reason told', async (t) => {
  await t.throwsAsync(openEngine({ wish: ['ort', 'wasm'], precision: 'bf16' }), {
    message: /ort: precision "bf16".*wasm: precision "bf16"/,
  });
});

test.serial('engines that were passed over are listed with the reason', async (t) => {
  const engine = await openEngine({ wish: ['tfjs-node-gpu', 'webgpu', 'wasm'] });
  t.is(engine.name, 'wasm');
  t.deepEqual(
    engine.skipped.map(({ name }) => name),
    ['tfjs-node-gpu', 'webgpu'],
  );
  for (const { reason } of engine.skipped) t.regex(reason, /\w+/);
  await engine[Symbol.asyncDispose]();
});

test.serial('a closed engine leaves the backend as it was, and can be closed again', async (t) => {
  await tf.setBackend('wasm');
  const kernel = tf.getKernel('Slice', 'wasm');
  const engine = await openEngine({ wish: ['wasm'] });
  t.not(tf.getKernel('Slice', 'wasm'), kernel);
  await engine[Symbol.asyncDispose]();
  await engine[Symbol.asyncDispose]();
  t.is(tf.getKernel('Slice', 'wasm'), kernel);
});
