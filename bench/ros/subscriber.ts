/**
 * A process of its own that hears boxes and takes the time from their stamp, which is the moment of their publication; or, as
 * `subscriber.js PORT`, bare datagrams that hold it.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { silentLog } from '../../src/core/ports/log.js';
import { sensorData, type RosMessage } from '../../src/ros/backend.js';
import { openBackend } from '../../src/ros/open-backend.js';
import { play } from './role.js';

let latenciesMs: number[] = [];
const [port] = process.argv.slice(2);
if (port === undefined) await hearBoxes();
else await hearDatagrams(Number(port));

async function hearBoxes(): Promise<void> {
  const { backend } = openBackend({ backend: 'dds', graph: 'auto' });
  const node = await backend.open({ name: 'subscriber', namespace: '/' }, silentLog);
  node.subscribe('vision_msgs/msg/Detection2D', 'tracker/bbox', sensorData, ({ header }) => {
    const now = process.hrtime.bigint();
    const { sec, nanosec } = (header as RosMessage)['stamp'] as { sec: number; nanosec: number };
    latenciesMs.push(Number(now - BigInt(sec) * 1_000_000_000n - BigInt(nanosec)) / 1e6);
  });
}

async function hearDatagrams(on: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (bytes) => {
    latenciesMs.push(Number(process.hrtime.bigint() - bytes.readBigUInt64LE()) / 1e6);
  });
  socket.bind(on, '127.0.0.1');
  await once(socket, 'listening');
}

play(() => {
  const heard = latenciesMs;
  latenciesMs = [];
  return { count: heard.length, latenciesMs: heard };
});
