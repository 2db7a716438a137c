import test from 'ava';
import { AxisLaw, type AxisLawOptions } from '../../../src/core/gimbal/axis-law.js';

const degree = Math.PI / 180;
const dt = 1 / 50;
const law = (changes: Partial<AxisLawOptions> = {}) =>
  new AxisLaw({
    ...{ proportional: 4, integral: 4, derivative: 0, feedForward: 1, deadBand: 0 },
    ...{ maxRate: 10 * degree, maxAcceleration: 1000 * degree },
    ...changes,
  });

/** Steps for so long with the same error; @returns the last rate, deg/s. */
function run(axis: AxisLaw, seconds: number, error: number, targetRate = 0): number {
  for (let i = 0; i < Math.round(seconds / dt); i += 1) axis.step(error * degree, targetRate * degree, 1, dt);
  return axis.rate / degree;
}

test('a limit that holds the rate for long winds nothing up: the other way it goes at once', (t) => {
  const axis = law();
  // the target runs away at the very limit and the error stays where integrating would be allowed
  t.is(Math.round(run(axis, 60, 2, 10)), 10);
  const fresh = law();
  const [after, without] = [run(axis, 0.1, -1), run(fresh, 0.1, -1)];
  t.true(Math.abs(after - without) < 0.5, `${after} ${without}`);
  t.true(after < 0);
});

test('a small error that stays is integrated away, within bounds', (t) => {
  const axis = law({ proportional: 1 });
  const first = run(axis, 0.1, 0.5);
  const later = run(axis, 1, 0.5);
  t.true(later > first + 0.5, `${first} ${later}`);
  t.true(run(axis, 60, 0.5) <= 10, 'the limit holds');
});

test('far from its aim nothing is integrated', (t) => {
  const axis = law({ maxRate: 1000 * degree, proportional: 0.1 });
  const first = run(axis, 0.1, 20);
  t.true(Math.abs(run(axis, 5, 20) - first) < 1e-9);
});

test('an error within the dead band asks for nothing, one beyond it begins without a step', (t) => {
  const axis = law({ deadBand: 1 * degree, integral: 0 });
  t.is(run(axis, 1, 0.99), 0);
  t.true(Math.abs(run(axis, 1, 1.01) - 0.04) < 1e-9);
});

test('taking over begins at the rate the gimbal runs at, and forgets what was integrated', (t) => {
  const axis = law({ maxAcceleration: 50 * degree });
  run(axis, 10, 0.5);
  axis.takeOver(-8 * degree);
  t.true(Math.abs(axis.step(0, 0, 1, dt) / degree + 7) < 1e-9, 'no faster than the acceleration allows');
  t.true(Math.abs(run(axis, 5, 0)) < 1e-9);
});
