import test from 'ava';
import type { Box } from '../../../../src/core/geometry/box.js';
import { createRandom } from '../../../../src/core/random.js';
import {
  TargetClassifier,
  type TargetClassifierOptions,
} from '../../../../src/core/tracking/siamese/target-classifier.js';

const grid = { size: 16, stride: 16, offset: 8 };
const plane = grid.size ** 2;
const channels = 6;
const options: TargetClassifierOptions = { rate: 0.3, anchor: 0.3, ridge: 0.01, targetShare: 0.3 };
const target: Box = { cx: 128, cy: 128, width: 64, height: 64 };

/** Unit features: `at` gives the direction a cell's features have, beside some noise. */
function cellsWith(at: (row: number, column: number) => readonly number[], seed = 1): Float32Array {
  const random = createRandom(seed);
  const cells = new Float32Array(channels * plane);
  for (let cell = 0; cell < plane; cell += 1) {
    const direction = at(Math.floor(cell / grid.size), cell % grid.size);
    const features = Array.from({ length: channels }, (_, c) => (direction[c] ?? 0) + random.normal(0.02));
    const length = Math.hypot(...features);
    features.forEach((value, c) => (cells[c * plane + cell] = value / length));
  }
  return cells;
}

const inside = (row: number, column: number): boolean => row >= 6 && row <= 9 && column >= 6 && column <= 9;
const isTwin = (row: number, column: number): boolean => row >= 6 && row <= 9 && column >= 12;
const at = (row: number, column: number): number => row * grid.size + column;

function respond(classifier: TargetClassifier, cells: Float32Array): Float32Array {
  const out = new Float32Array(plane);
  classifier.respond(cells, out);
  return out;
}

test('after one frame the target’s cells are near 1 and the others near 0', (t) => {
  const cells = cellsWith((row, column) => (inside(row, column) ? [1, 0] : [0, 1]));
  const classifier = new TargetClassifier(channels, grid, options);
  classifier.learn(cells, target);
  const response = respond(
    classifier,
    cellsWith((row, column) => (inside(row, column) ? [1, 0] : [0, 1]), 2),
  );
  t.true(response[at(7, 7)]! > 0.85, String(response[at(7, 7)]));
  t.true(response[at(1, 1)]! < 0.15, String(response[at(1, 1)]));
});

test('a look-alike that appears later is learned apart, and the target is not forgotten', (t) => {
  const alone = cellsWith((row, column) => (inside(row, column) ? [1, 0.3] : [0, 0, 1]));
  // the twin shares most of the target's features; what differs was no matter while it was away
  const withTwin = cellsWith((row, column) =>
    inside(row, column) ? [1, 0.3] : isTwin(row, column) ? [1, -0.3] : [0, 0, 1],
  );
  const classifier = new TargetClassifier(channels, grid, options);
  classifier.learn(alone, target);
  const before = respond(classifier, withTwin);
  for (let frame = 0; frame < 8; frame += 1) classifier.learn(withTwin, target);
  const after = respond(classifier, withTwin);
  t.true(before[at(7, 13)]! > 0.6, 'at first it is taken for the target');
  t.true(after[at(7, 13)]! < 0.35, String(after[at(7, 13)]));
  t.true(after[at(7, 7)]! > 0.6, String(after[at(7, 7)]));
});

test('the selected frame keeps its share however long something else is learned', (t) => {
  const own = cellsWith((row, column) => (inside(row, column) ? [1, 0, 0] : [0, 1, 0]));
  const other = cellsWith((row, column) => (inside(row, column) ? [0, 0, 1] : [0, 1, 0]));
  const learned = (anchor: number): number => {
    const classifier = new TargetClassifier(channels, grid, { ...options, anchor });
    classifier.learn(own, target);
    for (let frame = 0; frame < 40; frame += 1) classifier.learn(other, target);
    return respond(classifier, own)[at(7, 7)]!;
  };
  t.true(learned(0.3) > 0.5);
  t.true(learned(0) < 0.3);
});

test('a target smaller than a cell is learned from the cell nearest to it; responses stay within 0..1', (t) => {
  const cells = cellsWith((row, column) => (row === 4 && column === 5 ? [1, 0] : [0, 1]));
  const classifier = new TargetClassifier(channels, grid, options);
  classifier.learn(cells, { cx: 90, cy: 70, width: 4, height: 4 });
  const response = respond(classifier, cells);
  t.is(response.indexOf(Math.max(...response)), at(4, 5));
  t.true(response.every((value) => value >= 0 && value <= 1));
});

test('learning the same frames gives the same bits', (t) => {
  const cells = cellsWith((row, column) => (inside(row, column) ? [1, 0] : [0, 1]));
  const [one, two] = [0, 1].map(() => {
    const classifier = new TargetClassifier(channels, grid, options);
    for (let frame = 0; frame < 5; frame += 1) classifier.learn(cells, target);
    return respond(classifier, cells);
  });
  t.deepEqual(one, two);
});
