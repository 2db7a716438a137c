import test from 'ava';
import { common, minimal } from 'mavlink-mappings';
import { SourceError } from '../../../src/core/errors.js';
import { wrapAngle } from '../../../src/core/gimbal/quaternion.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { GimbalMount } from '../../../src/runtime/gimbal/simulated/gimbal-mount.js';
import { message } from '../../../src/runtime/mavlink/message.js';
import { openSimSource } from '../../../src/runtime/sources/sim-source.js';
import { UdpPeer } from '../mavlink/support/udp-peer.js';
import { freePort, openGimbal } from './support/mavlink-pair.js';

const open = (port: number) => {
  const query = `seed=3&scenario=calm&size=160x96&fps=30&gimbal=udpout://127.0.0.1:${port}`;
  return openSimSource(new URLSearchParams(query), 'sim://');
};

test('the virtual camera is held by a gimbal on real UDP: it begins at the target and moves with the gimbal', async (t) => {
  const { gimbal, port } = await openGimbal(t);
  await using source = await open(port);
  t.true(source.describe().live);
  t.regex(source.describe().detail, /on the gimbal at udpout/);
  const { cx, cy } = source.initialBox();
  t.true(Math.abs(cx - 80) < 30 && Math.abs(cy - 48) < 30, `${cx} ${cy}`);
  const begin = source.simulation.gimbal().yaw;
  for await (const frame of source.frames()) {
    frame.dispose();
    gimbal.turn({ yaw: 0.5, pitch: 0 });
    const { yaw } = source.simulation.gimbal();
    t.true(Math.abs(wrapAngle(yaw - gimbal.attitude().yaw)) < 0.3);
    if (wrapAngle(yaw - begin) > 0.3) break;
  }
});

test('the virtual camera goes on telling the gimbal that it is there, which a port of UDP would forget', async (t) => {
  await using gimbal = await UdpPeer.open({ sysid: 1, compid: 154 });
  const opened = GimbalMount.open(`udpout://127.0.0.1:${gimbal.port}`, silentLog);
  await gimbal.next(common.CommandLong);
  gimbal.send(message(common.GimbalDeviceAttitudeStatus, { timeBootMs: 1, q: [1, 0, 0, 0] }));
  await using mount = await opened;
  t.is(Math.abs(mount.at(0).pitch), 0);
  const [first, second] = [0, 1].map((index) =>
    gimbal.next(minimal.Heartbeat, (heard) => heard === gimbal.all(minimal.Heartbeat)[index]),
  );
  const between = (await second!).atMs - (await first!).atMs;
  t.true(between > 500 && between < 5000, `${between} ms`);
});

test('where no gimbal answers, that is said', async (t) => {
  const port = await freePort();
  await t.throwsAsync(open(port), { instanceOf: SourceError, message: /gimbal=udpout.*no gimbal answers/ });
});
