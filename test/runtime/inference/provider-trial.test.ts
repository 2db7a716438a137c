import test from 'ava';
import { modelContractSchema } from '../../../src/core/model/contract.js';
import {
  chooseProvider,
  describeFallback,
  type OpenAttempt,
} from '../../../src/runtime/inference/execution-provider.js';
import {
  checkTrial,
  ProviderTrialError,
  trialCrops,
  trialTolerance,
} from '../../../src/runtime/inference/provider-trial.js';
import { tinyContract } from './tiny-model.js';

const sha256 = '0'.repeat(64);
const contract = modelContractSchema.parse({
  ...tinyContract,
  template: { ...tinyContract.template, sha256 },
  search: { ...tinyContract.search, sha256 },
});
const cpu = { scores: Float32Array.of(0.1, 0.9), distances: Float32Array.of(10, 20) };

test('answers that differ by rounding pass', (t) => {
  t.notThrows(() => {
    checkTrial(contract, 'cuda', cpu, {
      scores: Float32Array.of(0.11, 0.89),
      distances: Float32Array.of(10.5, 20),
    });
  });
});

test('wrong answers are told with tensor, difference and tolerance', (t) => {
  const wrong = { ...cpu, scores: Float32Array.of(0.1, 0.4) };
  t.throws(
    () => {
      checkTrial(contract, 'tensorrt', cpu, wrong);
    },
    {
      instanceOf: ProviderTrialError,
      message: 'tensorrt computes other scores than the CPU by 0.50 (tolerance 0.02)',
    },
  );
});

test('NaN and missing tensors are wrong answers', (t) => {
  for (const scores of [Float32Array.of(Number.NaN, 0.9), Float32Array.of(0.1), undefined]) {
    const found = { distances: cpu.distances, ...(scores && { scores }) };
    t.throws(
      () => {
        checkTrial(contract, 'cuda', cpu, found);
      },
      { instanceOf: ProviderTrialError, message: /scores than the CPU and are not numbers/ },
    );
  }
});

test('coarser models are allowed more', (t) => {
  t.true(trialTolerance({ precision: 'fp32' }) < trialTolerance({ precision: 'fp16' }));
  t.true(trialTolerance({ precision: 'fp16' }) < trialTolerance({ precision: 'int8-trt' }));
});

test('the crops of a trial are the same every time, and not flat', (t) => {
  const crops = trialCrops(contract);
  t.deepEqual(crops, trialCrops(contract));
  t.is(crops.search.length, 3 * contract.search.cropSize ** 2);
  t.true(new Set(crops.search).size > 20);
});

test('a provider with wrong answers is not tried again with nodes on the CPU, and the next wish is used', async (t) => {
  const attempts: OpenAttempt[] = [];
  const { provider, report } = await chooseProvider(['tensorrt', 'cpu'], (attempt) => {
    attempts.push(attempt);
    return attempt.provider === 'cpu'
      ? Promise.resolve('session')
      : Promise.reject(new ProviderTrialError('tensorrt computes other scores'));
  });
  t.is(provider, 'cpu');
  t.deepEqual(
    attempts.map((attempt) => attempt.provider),
    ['tensorrt', 'cpu'],
  );
  t.is(describeFallback(report), 'tensorrt not used: tensorrt computes other scores');
});

test('there is a line on the fallback only when there is one', (t) => {
  t.is(describeFallback([{ provider: 'cpu', outcome: 'used', reason: '' }]), null);
  t.is(
    describeFallback([
      { provider: 'tensorrt', outcome: 'failed', reason: 'no\n  library' },
      { provider: 'cuda', outcome: 'partly', reason: '' },
      { provider: 'cpu', outcome: 'skipped', reason: '' },
    ]),
    'tensorrt not used: no library; cuda runs a part of it, the CPU the rest',
  );
});
