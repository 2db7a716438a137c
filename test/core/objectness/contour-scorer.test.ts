import test from 'ava';
import { createContourScorer } from '../../../src/core/objectness/contour-scorer.js';
import { groupEdges } from '../../../src/core/objectness/edge-groups.js';
import type { EdgeMap } from '../../../src/core/objectness/edge-map.js';

const width = 60;
const height = 40;

/** Unit edges along given pixels; horizontal lines have vertical gradients. */
function edgeMap(lines: { from: [number, number]; to: [number, number] }[]): EdgeMap {
  const strength = new Float32Array(width * height);
  const cos2 = new Float32Array(width * height);
  const sin2 = new Float32Array(width * height);
  for (const { from, to } of lines) {
    const horizontal = from[1] === to[1];
    for (let y = from[1]; y <= to[1]; y++) {
      for (let x = from[0]; x <= to[0]; x++) {
        strength[y * width + x] = 1;
        cos2[y * width + x] = horizontal ? -1 : 1;
      }
    }
  }
  return { width, height, strength, cos2, sin2 };
}

/** Outline of columns 20..39, rows 10..29. */
const square = edgeMap([
  { from: [20, 10], to: [39, 10] },
  { from: [20, 29], to: [39, 29] },
  { from: [20, 11], to: [20, 28] },
  { from: [39, 11], to: [39, 28] },
]);

test('a window around a closed contour scores its whole mass over perimeter^1.5', (t) => {
  const scorer = createContourScorer(square, groupEdges(square));
  // 76 edge pixels; half the perimeter is 24 + 24; the inner half is empty
  t.true(Math.abs(scorer.score(18, 8, 42, 32) - 76 / 48 ** 1.5) < 1e-6);
});

test('contours that cross the border, and what continues them, do not count', (t) => {
  const scorer = createContourScorer(square, groupEdges(square));
  t.is(scorer.score(30, 5, 55, 35), 0);
  const line = edgeMap([{ from: [5, 20], to: [54, 20] }]);
  t.is(createContourScorer(line, groupEdges(line)).score(20, 10, 40, 30), 0);
});

test('a score below the floor is answered with 0, one above it exactly', (t) => {
  const scorer = createContourScorer(square, groupEdges(square));
  const exact = scorer.score(18, 8, 42, 32);
  t.is(scorer.score(18, 8, 42, 32, exact * 0.9), exact);
  t.is(scorer.score(18, 8, 42, 32, exact * 1.1), 0);
});

test('bounds of a row of windows are never below their scores', (t) => {
  const map = edgeMap([
    { from: [20, 10], to: [39, 10] },
    { from: [10, 20], to: [50, 20] },
    { from: [30, 5], to: [30, 35] },
  ]);
  const scorer = createContourScorer(map, groupEdges(map));
  const into = { count: 0, bounds: new Float32Array(64), corners: new Int16Array(256) };
  scorer.sweepRow(0, 35, 1, 4, 24, 20, into);
  t.true(into.count > 0);
  for (let i = 0; i < into.count; i++) {
    const [left, top, right, bottom] = into.corners.subarray(4 * i, 4 * i + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    t.true(into.bounds[i]! >= scorer.score(left, top, right, bottom) - 1e-6);
  }
});

test('trimming takes empty margins off', (t) => {
  const scorer = createContourScorer(square, groupEdges(square));
  t.deepEqual(scorer.trim({ left: 3, top: 2, right: 57, bottom: 38 }), {
    left: 20,
    top: 10,
    right: 40,
    bottom: 30,
  });
});

test('isolation is 1 where the surroundings have no edges, and below 0 where they have all', (t) => {
  const scorer = createContourScorer(square, groupEdges(square));
  const area = { x: 0, y: 0, width, height };
  t.is(scorer.isolation({ left: 19, top: 9, right: 41, bottom: 31 }, area), 1);
  t.is(scorer.isolation({ left: 22, top: 12, right: 38, bottom: 28 }, area), -1);
});
