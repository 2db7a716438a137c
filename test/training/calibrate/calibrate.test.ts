import test from 'ava';
import { createRandom } from '../../../src/core/random.js';
import {
  calibrate,
  type ClipSamples,
  fitLogistic,
  predictLogistic,
  type Sample,
} from '../../../src/training/calibrate/index.js';

const planted = { bias: -4, weights: [6, 0.5, 2, -1] };

/** Evidence drawn at random, whose outcome follows the planted model. */
function drawSamples(count: number, seed: number): Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const features = [random.next(), random.uniform(0, 5), random.normal(0.4), random.next()];
    return { features, correct: random.chance(predictLogistic(planted, features)) };
  });
}

test('planted coefficients are recovered', (t) => {
  const { bias, weights } = fitLogistic(drawSamples(40_000, 2));
  t.true(Math.abs(bias - planted.bias) < 0.2, `bias ${bias}`);
  weights.forEach((weight, index) => {
    t.true(Math.abs(weight - planted.weights[index]!) < 0.2, `weight ${index}: ${weight}`);
  });
});

test('at the fit the mean probability is the share that is correct', (t) => {
  const samples = drawSamples(500, 3);
  const model = fitLogistic(samples);
  const mean = samples.reduce((sum, { features }) => sum + predictLogistic(model, features), 0) / 500;
  t.true(Math.abs(mean - samples.filter(({ correct }) => correct).length / 500) < 1e-6);
});

test('classes that can be parted keep finite coefficients, and so does a feature that never changes', (t) => {
  const samples = Array.from({ length: 40 }, (_, index) => ({
    features: [index / 40, 7],
    correct: index >= 20,
  }));
  const { bias, weights } = fitLogistic(samples);
  t.true([bias, ...weights].every(Number.isFinite));
  t.true(weights[0]! > 5 && Math.abs(weights[1]!) < 1e-6);
  t.true(predictLogistic({ bias, weights }, [1, 7]) > 0.9);
});

test('one outcome alone, or a feature that is not a number, cannot be fitted', (t) => {
  const right = { features: [1], correct: true };
  t.throws(() => fitLogistic([right, right]), { instanceOf: RangeError, message: /needs both outcomes/ });
  t.throws(() => fitLogistic([]), { instanceOf: RangeError });
  t.throws(() => fitLogistic([right, { features: [Number.NaN], correct: false }]), { message: /not finite/ });
});

test('the fit is checked on clips that it has not seen, and answered as tracker parameters', (t) => {
  const clips = Array.from({ length: 20 }, (_, index): ClipSamples => ({
    clip: `clip${index}`,
    samples: index === 7 ? [] : drawSamples(1000, 100 + index),
  }));
  const { tracker, samples, before, after } = calibrate(clips);
  t.deepEqual(Object.keys(tracker), [
    'confidenceBias',
    'confidenceScore',
    'confidenceClassifier',
    'confidenceApce',
    'confidenceMotion',
  ]);
  t.true(Math.abs(tracker.confidenceScore - 6) < 0.3);
  t.true(Math.abs(tracker.confidenceMotion + 1) < 0.3);
  t.is(samples.fitted, 19_000);
  t.is(samples.checked, 9000);
  t.true(after!.ece < 0.025, `after: ${after!.ece}`);
  t.true(before!.ece > 2 * after!.ece, `before: ${before!.ece}`);
});
