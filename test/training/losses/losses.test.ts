import * as tf from '@tensorflow/tfjs';
import test from 'ava';
import { contrastiveLoss, hardestOnly } from '../../../src/training/losses/contrastive-loss.js';
import { hardestTemplates } from '../../../src/training/losses/hardest-templates.js';
import { absentLoss, generalisedIou, presentLoss } from '../../../src/training/losses/response-loss.js';
import { trustIn } from '../../../src/training/losses/trust.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

const value = (scalar: tf.Tensor): number => scalar.dataSync()[0]!;

function sides(...rows: number[][]): tf.Tensor4D {
  return tf.tensor4d(rows.flat(), [1, 1, rows.length, 4]);
}

test('generalised IoU is 1 for equal boxes, the IoU for nested ones, and lower for shifted ones', (t) => {
  const truth = sides([2, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 2]);
  const found = generalisedIou(tf, sides([2, 2, 2, 2], [1, 1, 1, 1], [3, 2, 1, 2]), truth).dataSync();
  t.true(Math.abs(found[0]! - 1) < 1e-6);
  t.true(Math.abs(found[1]! - 0.25) < 1e-6);
  // shifted by one of four: shared 12, union 20, hull 20
  t.true(Math.abs(found[2]! - 0.6) < 1e-6);
});

/** One pair, a 2x2 response, positive cell 0. */
function onePair(logits: number[], weight = 1) {
  const distances = tf.ones<tf.Rank.R4>([1, 2, 2, 4]);
  const output = { logits: tf.tensor3d(logits, [1, 2, 2]), distances };
  const labels = {
    positive: tf.tensor3d([1, 0, 0, 0], [1, 2, 2]),
    negative: tf.tensor3d([0, 1, 1, 0], [1, 2, 2]),
    distances: distances.clone(),
    weight: tf.tensor1d([weight]),
    trust: tf.tensor1d([1]),
  };
  return { output, labels };
}

test('a right answer costs little, a wrong one much, and ignored cells nothing', (t) => {
  const good = onePair([8, -8, -8, 8]);
  const bad = onePair([-8, 8, -8, -8]);
  const right = presentLoss(tf, good.output, good.labels);
  const wrong = presentLoss(tf, bad.output, bad.labels);
  t.true(value(right.score) < 1e-3 && value(right.rank) < 1e-3);
  t.true(Math.abs(value(right.box)) < 1e-6);
  t.true(value(wrong.score) > 5 && value(wrong.rank) > 10);
});

test('a pair of weight 0 does not pull', (t) => {
  const logits = tf.tensor3d([-8, 8, 8, 8, 8, -8, -8, 8], [2, 2, 2]);
  const distances = tf.ones<tf.Rank.R4>([2, 2, 2, 4]);
  const cell = [1, 0, 0, 0, 1, 0, 0, 0];
  const labels = {
    positive: tf.tensor3d(cell, [2, 2, 2]),
    negative: tf.tensor3d([0, 1, 1, 0, 0, 1, 1, 0], [2, 2, 2]),
    distances,
    weight: tf.tensor1d([0, 1]),
    trust: tf.tensor1d([1, 1]),
  };
  const gradient = tf
    .grad((z) => presentLoss(tf, { logits: z as tf.Tensor3D, distances }, labels).score)(logits)
    .dataSync();
  t.true(gradient.slice(0, 4).every((g) => g === 0));
  t.true(gradient.slice(4).some((g) => g !== 0));
});

test('any peak in a search without the object costs', (t) => {
  const every = tf.tensor1d([1]);
  t.true(value(absentLoss(tf, tf.fill([1, 4, 4], -8), every)) < 1e-3);
  const peak = new Array<number>(16).fill(-8);
  peak[5] = 6;
  const found = tf.tensor3d(peak, [1, 4, 4]);
  t.true(value(absentLoss(tf, found, every)) > 5);
  t.is(value(absentLoss(tf, found, tf.tensor1d([0]))), 0, 'where it is present, this term is silent');
  // two rows, one marked: the mean is over the marked one alone
  const both = tf.concat<tf.Tensor3D>([found, found], 0);
  t.is(value(absentLoss(tf, both, tf.tensor1d([1, 0]))), value(absentLoss(tf, found, every)));
});

test('the trust in a pair is the likelihood of its label to the power q', (t) => {
  const { output, labels } = onePair([Math.log(3), 0, 0, 50]);
  // softmax over the positive and the two background cells: 3 / 5; the ignored cell does not count
  t.true(Math.abs(trustIn(tf, output.logits, labels, 1)[0]! - 0.6) < 1e-5);
  t.true(Math.abs(trustIn(tf, output.logits, labels, 0.5)[0]! - Math.sqrt(0.6)) < 1e-5);
  t.is(trustIn(tf, output.logits, labels, 0)[0], 1);
  // two positive cells that share the whole mass evenly are believed entirely
  const two = {
    positive: tf.tensor3d([0.5, 0.5, 0, 0], [1, 2, 2]),
    negative: tf.tensor3d([0, 0, 1, 1], [1, 2, 2]),
  };
  t.true(trustIn(tf, tf.tensor3d([30, 30, 0, 0], [1, 2, 2]), two, 1)[0]! > 0.999);
});

test('the hardest template is the most similar one of another clip', (t) => {
  const features = tf.tensor4d([1, 0, 0.9, 0.1, 0.5, 0.5, 0, 1], [4, 1, 1, 2]);
  t.deepEqual(hardestTemplates(tf, features, [0, 1, 2, 3]), [1, 0, 1, 2]);
  t.deepEqual(hardestTemplates(tf, features, [0, 0, 2, 3]), [2, 2, 1, 2]);
  t.deepEqual(hardestTemplates(tf, features, [5, 5, 5, 5]), [-1, -1, -1, -1]);
});

test('only the hardest quarter of the backgrounds counts', (t) => {
  const mask = hardestOnly(tf, tf.tensor2d([[0.1, 0.9, 0.3, 0.2]]), 1).dataSync();
  t.deepEqual(
    [...mask].map((v) => v === 0),
    [false, true, false, false],
  );
  const anchors = tf.tensor2d([[1, 0]]);
  const options = { temperature: 0.1, hardShare: 0.25 };
  const harmless = contrastiveLoss(
    tf,
    anchors,
    anchors,
    tf.tensor2d([
      [-1, 0],
      [-1, 0],
      [-1, 0],
      [-1, 0],
    ]),
    options,
  );
  const oneHard = contrastiveLoss(
    tf,
    anchors,
    anchors,
    tf.tensor2d([
      [-1, 0],
      [1, 0],
      [-1, 0],
      [-1, 0],
    ]),
    options,
  );
  const allHard = contrastiveLoss(
    tf,
    anchors,
    anchors,
    tf.tensor2d([
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ]),
    options,
  );
  t.true(value(harmless) < 1e-6);
  t.true(Math.abs(value(oneHard) - Math.log(2)) < 1e-4);
  t.is(value(oneHard), value(allHard));
});

test('the objects of other samples are negatives', (t) => {
  const same = tf.tensor2d([
    [1, 0],
    [1, 0],
  ]);
  const apart = tf.tensor2d([
    [1, 0],
    [0, 1],
  ]);
  const far = tf.tensor2d([
    [-1, 0],
    [-1, 0],
  ]);
  const options = { temperature: 0.1, hardShare: 1 };
  t.true(Math.abs(value(contrastiveLoss(tf, same, same, far, options)) - Math.log(2)) < 1e-4);
  t.true(value(contrastiveLoss(tf, apart, apart, far, options)) < 1e-3);
});
