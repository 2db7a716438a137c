import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import {
  chooseProvider,
  parseProviders,
  type OpenAttempt,
} from '../../../src/runtime/inference/execution-provider.js';

/** A runtime where TensorRT is missing and CUDA leaves some nodes to the CPU. */
function openOnGpu({ provider, allowCpuNodes }: OpenAttempt): Promise<string> {
  if (provider === 'tensorrt') return Promise.reject(new Error('no libnvinfer.so.10'));
  if (provider === 'cuda' && !allowCpuNodes) return Promise.reject(new Error('node cast_0 needs the CPU'));
  return Promise.resolve(`session on ${provider}`);
}

test('the first wish that opens is used and the later ones are skipped', async (t) => {
  const choice = await chooseProvider(['tensorrt', 'cuda', 'cpu'], openOnGpu);
  t.is(choice.provider, 'cuda');
  t.is(choice.opened, 'session on cuda');
  t.deepEqual(choice.report, [
    { provider: 'tensorrt', outcome: 'failed', reason: 'no libnvinfer.so.10' },
    { provider: 'cuda', outcome: 'partly', reason: '' },
    { provider: 'cpu', outcome: 'skipped', reason: '' },
  ]);
});

test('a provider that takes every node is reported as used', async (t) => {
  const { report } = await chooseProvider(['cuda'], ({ provider }) => Promise.resolve(provider));
  t.deepEqual(report, [{ provider: 'cuda', outcome: 'used', reason: '' }]);
});

test('an empty wish list, a repeated and an unknown name are usage errors', async (t) => {
  await t.throwsAsync(chooseProvider([], openOnGpu), { instanceOf: UsageError });
  await t.throwsAsync(chooseProvider(['cpu', 'cpu'], openOnGpu), {
    instanceOf: UsageError,
    message: /"cpu,cpu"/,
  });
  t.throws(() => parseProviders(['cpu', 'tpu']), {
    instanceOf: UsageError,
    message: /"tpu" is not one of tensorrt/,
  });
  t.deepEqual(parseProviders(['cuda', 'cpu']), ['cuda', 'cpu']);
});
