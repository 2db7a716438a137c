import test from 'ava';
import { ClockOffset } from '../../../src/core/gimbal/clock-offset.js';
import { DirectionFilter } from '../../../src/core/gimbal/direction-filter.js';
import { GimbalMotion } from '../../../src/core/gimbal/gimbal-motion.js';
import { fromEuler, toEuler } from '../../../src/core/gimbal/quaternion.js';
import { dot3, length3, unit3 } from '../../../src/core/gimbal/vector.js';

const report = (timeS: number, yaw: number) => ({
  ...{ timeS, rates: null, heading: null },
  orientation: fromEuler({ yaw, pitch: -0.3, roll: 0.02 }),
  yawFrame: 'earth' as const,
});

const close = (a: number, b: number, within = 1e-6) => Math.abs(a - b) < within;

test('between two reports attitude is interpolated, before the first it is the first', (t) => {
  const motion = new GimbalMotion({ delayS: 0.04 });
  motion.report(report(1, 0.1));
  motion.report(report(1.1, 0.2));
  t.true(close(toEuler(motion.orientationAt(1.025)).yaw, 0.125, 1e-4));
  t.true(close(toEuler(motion.orientationAt(0.5)).yaw, 0.1));
});

test('after the last report commands carry on, each from its delay on until the next', (t) => {
  const motion = new GimbalMotion({ delayS: 0.04 });
  motion.command(0.9, { yaw: 1, pitch: 0 });
  motion.report(report(1, 0.1));
  motion.command(1, { yaw: 0.5, pitch: 0.2 });
  // 40 ms at 1 rad/s, then 60 ms at 0.5 rad/s
  const { yaw, pitch, roll } = toEuler(motion.orientationAt(1.1));
  t.true(close(yaw, 0.1 + 0.04 + 0.03));
  t.true(close(pitch, -0.3 + 0.06 * 0.2));
  t.true(close(roll, 0.02));
});

test('reports that come late are left out, and the history does not grow', (t) => {
  const motion = new GimbalMotion({ delayS: 0.04, keptS: 0.5 });
  for (let i = 0; i < 1000; i++) {
    motion.report(report(i / 100, i / 1000));
    motion.command(i / 100, { yaw: 0.1, pitch: 0 });
  }
  motion.report(report(3, 99));
  t.true(close(toEuler(motion.orientationAt(9.985)).yaw, 0.9985, 1e-4));
  t.true(close(toEuler(motion.orientationAt(0)).yaw, 0.949, 2e-3), 'older ones are gone');
});

test('without reports it counts on its commands, for as long as it takes', (t) => {
  const motion = new GimbalMotion({ delayS: 0.1, keptS: 0.5 });
  for (let i = 0; i <= 1000; i++) motion.command(i / 100, { yaw: 0.1, pitch: 0 });
  t.true(close(toEuler(motion.orientationAt(10)).yaw, 0.99, 1e-6));
});

test('the filter finds a steady rate and predicts along the great circle', (t) => {
  const at = (timeS: number) => ({ x: Math.cos(0.3 * timeS), y: Math.sin(0.3 * timeS), z: 0 });
  const filter = new DirectionFilter({ acceleration: 1 }, 0, at(0), 1e-3);
  for (let i = 1; i < 60; i++) filter.correct(i / 60, at(i / 60), 1e-3);
  const { direction, rate } = filter.at(1.2);
  t.true(close(length3(rate), 0.3, 3e-3), `${length3(rate)}`);
  t.true(close(dot3(direction, rate), 0, 1e-9));
  t.true(close(dot3(direction, at(1.2)), 1, 1e-5));
});

test('a jump moves the filter but gives it no rate', (t) => {
  const filter = new DirectionFilter({ acceleration: 1 }, 0, { x: 1, y: 0, z: 0 }, 1e-3);
  for (let i = 1; i < 30; i++) filter.correct(i / 60, { x: 1, y: 0, z: 0 }, 1e-3);
  const there = unit3({ x: 1, y: 0.2, z: 0 });
  filter.correct(0.5, there, 1e-3);
  const { direction, rate } = filter.at(0.5);
  t.true(close(dot3(direction, there), 1, 1e-12));
  t.true(length3(rate) < 1e-3);
});

test('another clock is told by what arrives soonest, through jitter, drift, wrap and restart', (t) => {
  const clock = new ClockOffset();
  const delays = [0.02, 0.003, 0.03, 0.012, 0.003, 0.05];
  let worst = 0;
  for (let i = 0; i < 600; i++) {
    const sent = 50 + i / 20;
    const ours = clock.toOurs(i / 20, sent + delays[i % delays.length]!);
    if (i > 12) worst = Math.max(worst, Math.abs(ours - sent - 0.003));
  }
  t.true(worst < 1e-3, `${worst}`);
  // started again: its time begins at 0 once more
  t.is(clock.toOurs(0, 100), 100);
  const wrapping = new ClockOffset();
  wrapping.toOurs(2 ** 32 / 1e3 - 0.01, 10);
  t.true(close(wrapping.toOurs(0.02, 10.03), 10.03, 1e-4));
});
