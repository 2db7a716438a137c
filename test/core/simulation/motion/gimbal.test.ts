import test from 'ava';
import { createGimbal, defaultGimbalLimits } from '../../../../src/core/simulation/motion/gimbal.js';
import { createSimulation } from '../../../../src/core/simulation/simulation.js';

const dt = 1 / 200;
const { maxRate, maxAcceleration, delay } = defaultGimbalLimits;

test('rates never exceed the limit, nor change faster than the acceleration limit', (t) => {
  const gimbal = createGimbal({ yaw: 0, pitch: -0.7 });
  let before = gimbal.attitude();
  for (let i = 0; i < 400; i++) {
    if (i % 50 === 0) gimbal.command(i % 100 === 0 ? 100 : -100, i % 100 === 0 ? 0.3 : -0.3);
    gimbal.step(dt);
    const now = gimbal.attitude();
    t.true(Math.abs(now.yawRate) <= maxRate + 1e-12);
    t.true(Math.abs(now.yawRate - before.yawRate) <= maxAcceleration * dt + 1e-12);
    t.true(Math.abs(now.pitchRate - before.pitchRate) <= maxAcceleration * dt + 1e-12);
    before = now;
  }
});

test('a command takes effect after the delay, not before', (t) => {
  const gimbal = createGimbal({ yaw: 0, pitch: -0.7 });
  gimbal.step(dt);
  gimbal.command(1, 0);
  const steps = Math.round(delay / dt);
  for (let i = 0; i < steps; i++) {
    gimbal.step(dt);
    t.is(gimbal.attitude().yawRate, 0);
  }
  gimbal.step(dt);
  t.true(gimbal.attitude().yawRate > 0);
  for (let i = 0; i < 200; i++) gimbal.step(dt);
  t.is(gimbal.attitude().yawRate, 1);
});

test('angles are the integral of the rates', (t) => {
  const gimbal = createGimbal({ yaw: 1, pitch: -0.7 });
  gimbal.command(0.5, 0.2);
  let [yaw, pitch] = [1, -0.7];
  for (let i = 0; i < 200; i++) {
    const before = gimbal.attitude();
    gimbal.step(dt);
    const after = gimbal.attitude();
    yaw += ((before.yawRate + after.yawRate) / 2) * dt;
    pitch += ((before.pitchRate + after.pitchRate) / 2) * dt;
  }
  t.true(Math.abs(gimbal.attitude().yaw - yaw) < 1e-9);
  t.true(Math.abs(gimbal.attitude().pitch - pitch) < 1e-9);
  t.true(yaw > 1.4 && yaw < 1.5);
});

test('the pitch axis halts at its stops', (t) => {
  const gimbal = createGimbal({ yaw: 0, pitch: -0.7 });
  gimbal.command(0, -1);
  for (let i = 0; i < 400; i++) gimbal.step(dt);
  t.is(gimbal.attitude().pitch, defaultGimbalLimits.minPitch);
  t.is(gimbal.attitude().pitchRate, 0);
});

test('commands from outside replace the follow law until the gimbal is released', (t) => {
  const simulation = createSimulation({ scenario: 'calm', size: { width: 160, height: 96 } });
  const run = (seconds: number): void => {
    for (let i = 0; i < seconds * 50; i++) simulation.step(1 / 50);
  };
  run(1);
  t.not(simulation.truth().box, null);
  const { yaw } = simulation.gimbal();
  simulation.commandGimbalRate(0.8, 0);
  run(1);
  t.true(Math.abs(simulation.gimbal().yaw - yaw - 0.8) < 0.15);
  t.is(simulation.truth().box, null, 'it has turned away');
  simulation.releaseGimbal();
  run(2);
  const { box } = simulation.truth();
  t.true(box !== null && Math.abs(box.cx - 80) < 60);
});

test('a positive yaw rate turns right and a positive pitch rate up: the target moves left and down', (t) => {
  const simulation = createSimulation({ scenario: 'calm', size: { width: 640, height: 360 } });
  simulation.commandGimbalRate(0, 0);
  for (let i = 0; i < 20; i++) simulation.step(1 / 100);
  const before = simulation.truth().box!;
  simulation.commandGimbalRate(0.3, 0.2);
  for (let i = 0; i < 30; i++) simulation.step(1 / 100);
  const after = simulation.truth().box!;
  t.true(after.cx < before.cx - 20);
  t.true(after.cy > before.cy + 15);
});
