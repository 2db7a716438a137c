import test from 'ava';
import { common } from 'mavlink-mappings';
import type { AttitudeReport } from '../../../src/core/gimbal/gimbal-motion.js';
import type { GimbalAuthority } from '../../../src/core/gimbal/gimbal-output.js';
import { toEuler } from '../../../src/core/gimbal/quaternion.js';
import {
  ManagerOutput,
  type ManagerOutputOptions,
} from '../../../src/runtime/gimbal/mavlink/manager-output.js';
import type { MavlinkBus } from '../../../src/runtime/mavlink/bus.js';
import { message } from '../../../src/runtime/mavlink/message.js';
import { openClient, openGimbal } from './support/mavlink-pair.js';
import { until } from './support/until.js';

const watch = (output: ManagerOutput) => {
  const seen = { authority: [] as GimbalAuthority[], reports: [] as AttitudeReport[] };
  output.listen({
    attitude: (report) => seen.reports.push(report),
    authority: (authority) => seen.authority.push(authority),
  });
  return seen;
};

const openOutput = (bus: MavlinkBus, options: Partial<ManagerOutputOptions> = {}) =>
  new ManagerOutput({ bus, ...options });

test('finds the manager, claims it, turns the gimbal, hears its attitude, and gives it back', async (t) => {
  const { gimbal, port } = await openGimbal(t);
  const bus = await openClient(t, port);
  await using output = openOutput(bus);
  const seen = watch(output);
  t.false(output.command({ yaw: 1, pitch: 0 }), 'not before it is ours');
  output.claim();
  await until(() => seen.authority.at(-1) === 'ours');
  t.deepEqual(gimbal.primary, { sysid: 1, compid: 100 });
  const before = gimbal.attitude();
  t.true(output.command({ yaw: 0.5, pitch: 0.1 }));
  await until(() => gimbal.attitude().yaw > before.yaw + 0.05);
  t.true(gimbal.attitude().pitch > before.pitch);
  await until(() => seen.reports.length > 3 && toEuler(seen.reports.at(-1)!.orientation).yaw > 0.05);
  const last = seen.reports.at(-1)!;
  t.is(last.yawFrame, 'earth');
  t.true(Math.abs(last.rates!.yaw - 0.5) < 0.1);
  t.true(Math.abs(last.timeS - Number(process.hrtime.bigint()) / 1e9) < 1);
  output.release();
  await until(() => gimbal.primary.sysid === 0 && gimbal.attitude().yawRate === 0);
  t.is(output.status().authority, 'unclaimed');
});

test('keeps looking for a gimbal that comes later', async (t) => {
  const { gimbal, port } = await openGimbal(t);
  await gimbal.close();
  const bus = await openClient(t, port);
  await using output = openOutput(bus);
  output.claim();
  t.false(output.status().connected);
  const late = await openGimbal(t, { url: `udpin://127.0.0.1:${port}` });
  await until(() => output.status().authority === 'ours');
  t.is(late.gimbal.primary.compid, 100);
});

test('yields to who takes primary control, and takes it back for the next claim alone', async (t) => {
  const { gimbal, port } = await openGimbal(t);
  await using output = openOutput(await openClient(t, port));
  const seen = watch(output);
  output.claim();
  await until(() => seen.authority.at(-1) === 'ours');
  // statuses of before the claim are not believed for a moment: the operator takes it until that is over
  const stick = setInterval(() => {
    gimbal.take({ sysid: 255, compid: 190 });
  }, 100);
  await until(() => seen.authority.at(-1) === 'operator');
  clearInterval(stick);
  t.false(output.command({ yaw: 1, pitch: 0 }));
  t.regex(output.status().detail, /taken by 255\/190/);
  t.is(gimbal.primary.sysid, 255);
  output.claim();
  await until(() => seen.authority.at(-1) === 'ours');
  t.is(gimbal.primary.sysid, 1);
});

test('keeps its hands off while an operator sends commands, and for a while after', async (t) => {
  const { port } = await openGimbal(t);
  const bus = await openClient(t, port);
  const listeners: ((received: object) => void)[] = [];
  // what a ground station says to the gimbal reaches us over the router
  const overheard: MavlinkBus = {
    sysid: 1,
    compid: 100,
    now: () => bus.now(),
    send: (told, options) => bus.send(told, options),
    on: (type, listener, filter) => {
      if ((type as unknown) === common.GimbalManagerSetManualControl) listeners.push(listener as never);
      return bus.on(type, listener, filter);
    },
  };
  await using output = openOutput(overheard, { manualMs: 300 });
  const seen = watch(output);
  output.claim();
  await until(() => seen.authority.at(-1) === 'ours');
  const told = message(common.GimbalManagerSetManualControl, {
    targetSystem: 1,
    targetComponent: 154,
    yawRate: 1,
  });
  for (const listener of listeners) listener({ message: told, sysid: 255, compid: 190 });
  t.is(seen.authority.at(-1), 'operator');
  t.false(output.command({ yaw: 1, pitch: 0 }));
  await until(() => seen.authority.at(-1) === 'ours');
  t.deepEqual(seen.authority, ['ours', 'operator', 'unclaimed', 'ours']);
});

test('the unused fields of a command are NaN, and roll and pitch stay level', async (t) => {
  const { port } = await openGimbal(t);
  const bus = await openClient(t, port);
  const sent: common.GimbalManagerSetPitchyaw[] = [];
  const spy: MavlinkBus = {
    sysid: 1,
    compid: 100,
    now: () => bus.now(),
    send: (told, options) => {
      if (told instanceof common.GimbalManagerSetPitchyaw) sent.push(told);
      return bus.send(told, options);
    },
    on: (type, listener, filter) => bus.on(type, listener, filter),
  };
  await using output = openOutput(spy);
  output.claim();
  await until(() => output.status().authority === 'ours');
  output.command({ yaw: 0.25, pitch: -0.5 });
  const [told] = sent;
  t.true(Number.isNaN(told!.pitch) && Number.isNaN(told!.yaw));
  t.deepEqual([told!.yawRate, told!.pitchRate], [0.25, -0.5]);
  t.deepEqual([told!.targetSystem, told!.targetComponent, told!.gimbalDeviceId], [1, 154, 154]);
  t.is(told!.flags, 4 | 8 | 16);
});
