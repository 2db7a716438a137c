import * as tf from '@tensorflow/tfjs';
import test from 'ava';
import {
  boxDivergence,
  defaultDistillWeights,
  distillationLoss,
  relationDivergence,
  responseDivergence,
  scoreDivergence,
} from '../../../src/training/losses/distillation-loss.js';

const near = (found: number, wanted: number): boolean => Math.abs(found - wanted) < 1e-5;
const cells = (...logits: number[]): tf.Tensor3D => tf.tensor3d(logits, [1, 1, logits.length]);
const first = (tensor: tf.Tensor): number => tensor.dataSync()[0]!;

test('the response term is the divergence of the softened softmax times the squared temperature', (t) => {
  const teacher = cells(2 * Math.log(3), 0); // at temperature 2: 3/4 and 1/4
  const student = cells(0, 0); // a half each
  const wanted = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
  t.true(near(first(responseDivergence(tf, student, teacher, 2)), 4 * wanted));
  t.true(near(first(responseDivergence(tf, teacher, teacher, 2)), 0));
  const shifted = tf.add<tf.Tensor3D>(teacher, 5);
  t.true(near(first(responseDivergence(tf, shifted, teacher, 2)), 0), 'a softmax knows no common shift');
});

test('the score term is the binary divergence summed over the cells', (t) => {
  const teacher = cells(Math.log(3), -Math.log(3)); // 3/4 and 1/4
  const student = cells(0, 0);
  const one = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
  t.true(near(first(scoreDivergence(tf, student, teacher)), 2 * one));
  t.true(near(first(scoreDivergence(tf, teacher, teacher)), 0));
  const sure = cells(40, -40);
  t.true(near(first(scoreDivergence(tf, sure, sure)), 0), 'also where the teacher is entirely sure');
});

test('the box term is 1 - generalised IoU with the boxes of the teacher on the positive cells', (t) => {
  const student = tf.tensor4d([1, 1, 1, 1, 9, 9, 9, 9], [1, 1, 2, 4]);
  const teacher = tf.tensor4d([2, 2, 2, 2, 1, 1, 1, 1], [1, 1, 2, 4]);
  t.true(near(first(boxDivergence(tf, student, teacher, cells(1, 0))), 0.75), 'nested: 4 of 16, hull 16');
  t.true(near(first(boxDivergence(tf, teacher, teacher, cells(0.5, 0.5))), 0));
});

test('the feature term is the mean squared difference of the correlation maps of each row', (t) => {
  const student = tf.tensor4d([0.5, 0.5, 1, 0, 0, 0, 0, 0], [2, 1, 1, 4]);
  const teacher = tf.tensor4d([0.5, 0.1, 1, 0.2, 0, 0, 0, 0], [2, 1, 1, 4]);
  const found = relationDivergence(tf, student, teacher).dataSync();
  t.true(near(found[0]!, (0.16 + 0.04) / 4));
  t.is(found[1], 0);
});

/** Two pairs and one row with a wrong template behind them; one row of two cells. */
function answers(logits: number[], map: number) {
  return {
    logits: tf.tensor3d(logits, [3, 1, 2]),
    distances: tf.fill<tf.Rank.R4>([3, 1, 2, 4], 2),
    maps: tf.fill<tf.Rank.R4>([3, 1, 2, 1], map),
  };
}

const positive = tf.tensor3d([1, 0, 1, 0], [2, 1, 2]);
const log3 = Math.log(3);
/** KL of (3/4, 1/4) from (1/2, 1/2). */
const divergence = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);

test('a pair that the teacher does not believe has the share of the labels on its response, and no box', (t) => {
  const weights = {
    ...defaultDistillWeights,
    temperature: 1,
    response: 0.25,
    labels: 0.5,
    box: 1,
    feature: 10,
  };
  const student = { ...answers([0, 0, 0, 0, 0, 0], 0.1), distances: tf.fill<tf.Rank.R4>([3, 1, 2, 4], 1) };
  const teacher = answers([log3, 0, log3, 0, 0, 0], 0.3);
  const termsOf = (visible: number[], believed: number[]) => {
    const pairs = { positive, visible: tf.tensor1d(visible), believed: tf.tensor1d(believed) };
    const { response, box, feature } = distillationLoss(tf, student, teacher, pairs, weights);
    return { response: first(response), box: first(box), feature: first(feature) };
  };
  const both = termsOf([1, 1], [1, 1]);
  t.true(near(both.response, 0.25 * divergence));
  t.true(near(both.box, 0.75));
  t.true(near(both.feature, 10 * 0.04));
  const one = termsOf([1, 1], [1, 0]);
  t.true(near(one.response, (0.25 * divergence + 0.75 * divergence) / 2));
  t.true(near(one.box, 0.75 / 2));
  const hidden = termsOf([1, 0], [1, 0]);
  t.true(near(hidden.response, 0.25 * divergence), 'a target out of sight has no place to be learned');
});

test('the rows with wrong templates count for the scores', (t) => {
  const pairs = { positive, visible: tf.tensor1d([1, 1]), believed: tf.tensor1d([1, 1]) };
  const teacher = answers([0, 0, 0, 0, log3, 0], 0);
  const { score, response } = distillationLoss(tf, answers([0, 0, 0, 0, 0, 0], 0), teacher, pairs, {
    ...defaultDistillWeights,
    score: 3,
  });
  t.true(near(first(score), (3 * divergence) / 3));
  t.true(near(first(response), 0));
});

test('every term pulls the student towards the teacher', (t) => {
  const teacher = answers([2, -1, 1, -2, -1, -3], 0.4);
  const pairs = { positive, visible: tf.tensor1d([1, 1]), believed: tf.tensor1d([1, 1]) };
  const total = (logits: tf.Tensor, distances: tf.Tensor, maps: tf.Tensor): tf.Scalar => {
    const student = {
      logits: logits as tf.Tensor3D,
      distances: distances as tf.Tensor4D,
      maps: maps as tf.Tensor4D,
    };
    const terms = distillationLoss(tf, student, teacher, pairs, defaultDistillWeights);
    return tf.addN([terms.response, terms.score, terms.box, terms.feature]);
  };
  const start = answers([0, 0, 0, 0, 0, 0], 0.1);
  const gradients = tf.grads(total)([start.logits, tf.fill([3, 1, 2, 4], 1), start.maps]);
  const [logits, distances, maps] = gradients.map((gradient) => [...gradient.dataSync()]);
  t.deepEqual(logits!.map(Math.sign), [-1, 1, -1, 1, 1, 1]);
  t.true(
    distances!.slice(0, 4).every((g) => g < 0),
    'the positive cell of the first pair wants a larger box',
  );
  t.true(distances!.slice(4, 8).every((g) => g === 0));
  t.true(maps!.every((g) => g < 0));
});
