import * as tf from '@tensorflow/tfjs';
import test from 'ava';
import { composeEngine } from '../../../src/training/engine/composed/engine.js';
import { composedReference, engineStack, stackInputs } from './engine-suite.js';
import { evaluate, greatestError } from './reference.js';

const TOLERANCE = 1e-5;

// what tfjs-node, tfjs-node-gpu and WebGPU run, here on the JavaScript backend
test.before(async () => {
  await tf.setBackend('cpu');
});

test.serial('a composed stack agrees with convolution, normalisation and ReLU in turn', (t) => {
  const engine = composeEngine('tfjs-node', 'under test');
  const actual = evaluate(engineStack(engine), stackInputs());
  const expected = evaluate(composedReference, stackInputs());
  expected.forEach(({ data }, i) => {
    const error = greatestError(actual[i]!.data, data);
    t.true(error <= TOLERANCE, `result ${i} off by ${error}`);
  });
});

test.serial('a composed Adam step updates the variable and leaks no tensor', (t) => {
  const engine = composeEngine('tfjs-node', 'under test');
  const variable = tf.variable(tf.tensor1d([1, 2]));
  const gradient = tf.tensor1d([0.5, -3]);
  const moments = { first: new Float32Array(2), second: new Float32Array(2) };
  const { numTensors } = tf.memory();
  engine.adamStep(variable, gradient, moments, { step: 1, learningRate: 0.1 });
  t.is(tf.memory().numTensors, numTensors);
  // the first step of Adam is the learning rate, whatever the gradient
  t.true(greatestError(variable.dataSync(), [0.9, 2.1]) < 1e-5);
  t.true(greatestError(moments.first, [0.05, -0.3]) < 1e-6);
});
