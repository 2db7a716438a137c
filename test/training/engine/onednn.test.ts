import { spawnSync } from 'node:child_process';
import test from 'ava';
import { openEngine } from '../../../src/training/engine/engine.js';
import { composedReference, engineStack, fp32EngineSuite, stackInputs, whyMissing } from './engine-suite.js';
import { evaluate, evaluateOnCpu, rmsError } from './reference.js';

fp32EngineSuite('onednn', await whyMissing('onednn', 'fp32'));

const noBf16 = await whyMissing('onednn', 'bf16');
const bf16Test = noBf16 === null ? test.serial : test.skip;

bf16Test(
  `onednn: a bf16 stack is within the error of eight bits of mantissa${noBf16 === null ? '' : ` (${noBf16})`}`,
  async (t) => {
    // values pass 4 roundings of 2^-9 each; gradients twice as many, of terms that partly cancel
    const [valueTolerance, gradientTolerance] = [0.02, 0.15];
    const engine = await openEngine({ wish: ['onednn'], precision: 'bf16' });
    t.is(engine.precision, 'bf16');
    const actual = evaluate(engineStack(engine), stackInputs());
    const expected = await evaluateOnCpu(composedReference, stackInputs());
    await engine[Symbol.asyncDispose]();
    expected.forEach(({ data }, i) => {
      const error = rmsError(actual[i]!.data, data);
      t.true(error < (i === 0 ? valueTolerance : gradientTolerance), `result ${i} off by ${error}`);
    });
  },
);

test.serial('onednn: a process that used two threads exits cleanly', (t) => {
  const module = new URL('../../../src/training/engine/engine.js', import.meta.url).href;
  const program = `
    const { openEngine } = await import(${JSON.stringify(module)});
    const engine = await openEngine({ wish: ['onednn', 'wasm'], threads: 2 });
    const { tf } = engine;
    tf.conv2d(tf.ones([4, 64, 64, 16]), tf.ones([3, 3, 16, 16]), 1, 'same').dataSync();
  `;
  for (let i = 0; i < 3; i++) {
    const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
    t.is(signal, null);
    t.is(status, 0, String(stderr));
  }
});
