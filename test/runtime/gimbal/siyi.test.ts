import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test from 'ava';
import type { AttitudeReport } from '../../../src/core/gimbal/gimbal-motion.js';
import { toEuler } from '../../../src/core/gimbal/quaternion.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { createRandom } from '../../../src/core/random.js';
import { DialectOutput } from '../../../src/runtime/gimbal/dialect-output.js';
import { ChannelLink } from '../../../src/runtime/gimbal/link/channel-link.js';
import { encodeSiyi, lookForSiyi } from '../../../src/runtime/gimbal/siyi/frame.js';
import { FrameReader } from '../../../src/runtime/gimbal/frame-reader.js';
import { SiyiDialect } from '../../../src/runtime/gimbal/siyi/siyi-dialect.js';
import { channelOf } from '../../../src/runtime/mavlink/links/channel-of.js';
import { MemoryLink } from './support/memory-link.js';
import { frameOf, SiyiCamera } from './support/siyi-camera.js';
import { until } from './support/until.js';

const degree = Math.PI / 180;

const connect = () => {
  const camera = new SiyiCamera((bytes) => {
    link.say(bytes);
  });
  const link: MemoryLink = new MemoryLink((bytes) => {
    camera.hear(bytes);
  });
  const output = new DialectOutput({ dialect: new SiyiDialect({ fullRate: 90, packets: false }), link });
  return { camera, link, output };
};

test('frames have the bytes of the manual’s examples', (t) => {
  // "Gimbal Rotation", "Request Gimbal Attitude" and the heartbeat
  t.is(Buffer.from(encodeSiyi(0x07, Uint8Array.of(100, 100), 0)).toString('hex'), '556601020000000764643dcf');
  t.is(Buffer.from(encodeSiyi(0x0d, new Uint8Array(0), 0)).toString('hex'), '556601000000000de805');
  t.is(Buffer.from(encodeSiyi(0x00, Uint8Array.of(0), 0)).toString('hex'), '556601010000000000598b');
});

test('rates become percents of the full rate, right and up positive', async (t) => {
  const { camera, output } = connect();
  t.false(output.command({ yaw: 1, pitch: 0 }), 'not before it is claimed');
  output.claim();
  output.command({ yaw: 45 * degree, pitch: -9 * degree });
  t.deepEqual(camera.rotations.at(-1), { yaw: 50, pitch: -10 });
  output.command({ yaw: 500 * degree, pitch: 0.1 * degree });
  t.deepEqual(camera.rotations.at(-1), { yaw: 100, pitch: 0 });
  await output.close();
  t.deepEqual(camera.rotations.at(-1), { yaw: 0, pitch: 0 });
  t.is(camera.bad, 0);
  t.deepEqual(camera.sequences.slice(0, 4), [0, 1, 2, 3]);
});

test('a camera that does not stream is asked, one that does is not', async (t) => {
  const { camera, output } = connect();
  const reports: AttitudeReport[] = [];
  output.listen({ attitude: (report) => reports.push(report) });
  camera.angles = { yaw: 20, pitch: -35, roll: 1, yawRate: -5, pitchRate: 3 };
  await until(() => reports.length >= 3);
  t.true(camera.commands.includes(0x25), 'it was asked to stream');
  const { orientation, rates, yawFrame } = reports.at(-1)!;
  const { yaw, pitch } = toEuler(orientation);
  t.true(Math.abs(yaw + 20 * degree) < 1e-3 && Math.abs(pitch + 35 * degree) < 1e-3);
  t.true(Math.abs(rates!.yaw - 5 * degree) < 1e-6 && Math.abs(rates!.pitch - 3 * degree) < 1e-6);
  t.is(yawFrame, 'vehicle');
  await output.close();
});

test('it works over UDP as on a wire, and says which firmware answers', async (t) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let peer = { port: 0, address: '' };
  const camera = new SiyiCamera((bytes) => {
    socket.send(bytes, peer.port, peer.address);
  });
  socket.on('message', (bytes, from) => {
    peer = from;
    camera.hear(bytes);
  });
  const url = `udpout://127.0.0.1:${socket.address().port}`;
  const link = new ChannelLink({ detail: url, kind: channelOf(url), log: silentLog });
  const output = new DialectOutput({ dialect: new SiyiDialect({ fullRate: 90, packets: true }), link });
  output.claim();
  await until(() => output.status().connected && output.status().detail.includes('gimbal firmware 0.4.7 '));
  t.true(output.command({ yaw: 0.5, pitch: 0 }));
  await until(() => camera.rotations.length > 0);
  t.deepEqual(camera.rotations[0], { yaw: 32, pitch: 0 });
  await output.close();
  await until(() => camera.rotations.at(-1)?.yaw === 0);
  socket.close();
});

test('of a line with one flipped byte in a hundred no wrong angle comes through', (t) => {
  const random = createRandom(7);
  const reader = new FrameReader(lookForSiyi);
  const data = Buffer.alloc(12);
  data.writeInt16LE(333, 0);
  const frame = frameOf(0x0d, data);
  let good = 0;
  for (let i = 0; i < 3000; i++) {
    const noisy = Uint8Array.from(frame, (byte) =>
      random.chance(0.01) ? byte ^ (1 << random.below(8)) : byte,
    );
    for (const found of reader.push(noisy)) {
      if (found.command !== 0x0d) continue;
      good += 1;
      t.deepEqual(Buffer.from(found.data), data);
    }
  }
  t.true(good > 1500 && reader.damaged > 200, `${good} good, ${reader.damaged} damaged`);
});
