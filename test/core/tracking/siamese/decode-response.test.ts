import test from 'ava';
import { boxOfCell, cosineWindow, findPeak } from '../../../../src/core/tracking/siamese/decode-response.js';

const grid = { size: 16, stride: 16, offset: 0.5 };

function emptyResponse(side = 30) {
  return {
    size: grid.size,
    scores: new Float32Array(256).fill(0.01),
    distances: new Float32Array(4 * 256).fill(side / 2),
  };
}

const plain = { widthInCrop: 30, heightInCrop: 30, windowInfluence: 0, sizePenalty: 0 };
const window = cosineWindow(grid, 255);

test('the peak is the cell with the highest score, its box stands around the cell’s centre', (t) => {
  const response = emptyResponse();
  response.scores[5 * 16 + 9] = 0.8;
  const peak = findPeak(response, grid, window, plain);
  t.is(peak.row, 5);
  t.is(peak.column, 9);
  t.true(Math.abs(peak.score - 0.8) < 1e-6);
  t.deepEqual(peak.boxInCrop, { cx: 144.5, cy: 80.5, width: 30, height: 30 });
});

test('unequal distances move the box’s centre away from the cell’s', (t) => {
  const response = emptyResponse();
  const cell = 3 * 16 + 4;
  response.distances[cell] = 10; // left
  response.distances[2 * 256 + cell] = 30; // right
  const box = boxOfCell(response, grid, 3, 4);
  t.is(box.width, 40);
  t.is(box.cx, 0.5 + 64 + 10);
});

test('the cosine window prefers the middle when scores are equal, and can be outvoted', (t) => {
  const response = emptyResponse();
  response.scores[8 * 16 + 8] = 0.7;
  response.scores[1 * 16 + 1] = 0.75;
  t.is(findPeak(response, grid, window, { ...plain, windowInfluence: 0.3 }).row, 8);
  t.is(findPeak(response, grid, window, plain).row, 1);
});

test('an implausible change of size costs score', (t) => {
  const response = emptyResponse();
  const big = 8 * 16 + 8;
  const same = 8 * 16 + 9;
  response.scores[big] = 0.8;
  response.scores[same] = 0.75;
  for (let plane = 0; plane < 4; plane += 1) response.distances[plane * 256 + big] = 60;
  t.is(findPeak(response, grid, window, plain).column, 8);
  const peak = findPeak(response, grid, window, { ...plain, sizePenalty: 0.1 });
  t.is(peak.column, 9);
  t.true(Math.abs(peak.penalty - 1) < 1e-9);
});

test('the window is 1 at the crop’s centre and falls towards the rim', (t) => {
  const centre = window[8 * 16 + 8]!;
  t.true(centre > 0.99);
  t.true(window[0]! < 0.001);
  t.true(window[8 * 16 + 4]! < centre);
});
