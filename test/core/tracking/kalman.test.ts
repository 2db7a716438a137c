import test from 'ava';
import { CentreKalman } from '../../../src/core/tracking/kalman.js';

test('the filter learns a constant velocity and predicts along it', (t) => {
  const filter = new CentreKalman({ x: 0, y: 100 }, 40);
  for (let frame = 1; frame <= 30; frame += 1) {
    filter.predict(40);
    filter.correct({ x: 3 * frame, y: 100 - 2 * frame }, 40, 1);
  }
  t.true(Math.abs(filter.velocity.x - 3) < 0.05);
  t.true(Math.abs(filter.velocity.y + 2) < 0.05);
  filter.predict(40, 5);
  t.true(Math.abs(filter.centre.x - 105) < 1);
  t.true(Math.abs(filter.centre.y - 30) < 1);
});

test('uncertainty grows while nothing is measured and shrinks with a measurement', (t) => {
  const filter = new CentreKalman({ x: 0, y: 0 }, 40);
  const start = filter.sigma;
  filter.predict(40, 10);
  const coasted = filter.sigma;
  filter.correct({ x: 0, y: 0 }, 40, 1);
  t.true(coasted > 2 * start);
  t.true(filter.sigma < coasted);
});

test('a doubtful measurement moves the state less than a confident one', (t) => {
  const moved = (confidence: number): number => {
    const filter = new CentreKalman({ x: 0, y: 0 }, 40);
    filter.predict(40);
    filter.correct({ x: 10, y: 0 }, 40, confidence);
    return filter.centre.x;
  };
  t.true(moved(0.1) < moved(1) / 2);
});
