import test from 'ava';
import { common } from 'mavlink-mappings';
import { fromEuler, toEuler } from '../../../src/core/gimbal/quaternion.js';
import { AttitudeReader } from '../../../src/runtime/gimbal/mavlink/attitude-reader.js';
import { message } from '../../../src/runtime/mavlink/message.js';

const attitude = (fields: Partial<Record<keyof common.GimbalDeviceAttitudeStatus, unknown>>, yaw = 0.4) => {
  const { w, x, y, z } = fromEuler({ yaw, pitch: -0.6, roll: 0 });
  const told = message(common.GimbalDeviceAttitudeStatus, { q: [w, x, y, z] });
  return Object.assign(told, fields);
};

test('yaw of the vehicle frame is turned into the earth frame where the vehicle’s yaw is told', (t) => {
  const reader = new AttitudeReader();
  const report = reader.read(attitude({ flags: 32, deltaYaw: 1 }), 5)!;
  t.is(report.yawFrame, 'earth');
  t.true(Math.abs(toEuler(report.orientation).yaw - 1.4) < 1e-9);
  t.is(report.heading, 1);
});

test('yaw of the vehicle frame stays so where nothing more is told', (t) => {
  for (const deltaYaw of [Number.NaN, 0]) {
    const reader = new AttitudeReader();
    const report = reader.read(attitude({ flags: 32, deltaYaw }), 5)!;
    t.is(report.yawFrame, 'vehicle');
    t.is(report.heading, null);
    t.is(reader.yawFrame, 'vehicle');
  }
});

test('without flags of the frame the lock decides', (t) => {
  t.is(new AttitudeReader().read(attitude({ flags: 16 }), 5)!.yawFrame, 'earth');
  t.is(new AttitudeReader().read(attitude({ flags: 12 }), 5)!.yawFrame, 'vehicle');
});

test('rates about the camera’s axes become those of yaw and pitch; unknown ones stay unknown', (t) => {
  const rates = {
    angularVelocityX: 0.3 * Math.sin(0.6),
    angularVelocityY: 0.1,
    angularVelocityZ: 0.3 * Math.cos(0.6),
  };
  const told = new AttitudeReader().read(attitude({ flags: 64, ...rates }), 5)!;
  t.true(Math.abs(told.rates!.yaw - 0.3) < 1e-9 && Math.abs(told.rates!.pitch - 0.1) < 1e-9);
  const unknown = { angularVelocityY: Number.NaN };
  t.is(new AttitudeReader().read(attitude({ flags: 64, ...unknown }), 5)!.rates, null);
});

test('the gimbal’s clock is taken into ours', (t) => {
  const reader = new AttitudeReader();
  reader.read(attitude({ flags: 64, timeBootMs: 1000 }), 50.002);
  const report = reader.read(attitude({ flags: 64, timeBootMs: 1020 }), 50.04)!;
  t.true(Math.abs(report.timeS - 50.022) < 1e-4);
});

test('what is no rotation is refused', (t) => {
  t.is(new AttitudeReader().read(attitude({ q: [0, 0, 0, 0] }), 5), null);
  t.is(new AttitudeReader().read(attitude({ q: [Number.NaN, 0, 0, 0] }), 5), null);
});
