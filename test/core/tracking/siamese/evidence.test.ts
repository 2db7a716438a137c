import test from 'ava';
import {
  calibratedConfidence,
  featuresOf,
  peakToCorrelationEnergy,
} from '../../../../src/core/tracking/siamese/evidence.js';

test('one sharp peak has the energy of its area, a flat response 1, two peaks half', (t) => {
  t.is(peakToCorrelationEnergy(new Float32Array(64).fill(0.4)), 1);
  t.is(peakToCorrelationEnergy(Float32Array.from({ length: 64 }, (_, i) => (i === 9 ? 1 : 0))), 64);
  t.is(
    peakToCorrelationEnergy(Float32Array.from({ length: 64 }, (_, i) => (i === 9 || i === 40 ? 1 : 0))),
    32,
  );
});

test('confidence is the logistic function of the weighted evidence', (t) => {
  const evidence = { score: 0.5, classifier: 0.25, apce: Math.E, motion: 1 };
  t.deepEqual(featuresOf(evidence), [0.5, 0.25, 1, 1]);
  const model = { bias: -1, score: 2, classifier: 4, apce: 0.5, motion: -0.5 };
  t.true(Math.abs(calibratedConfidence(evidence, model) - 1 / (1 + Math.exp(-1))) < 1e-12);
});
