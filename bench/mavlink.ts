/**
 * What MAVLink costs: the share of a core that 500 packets a second take (one in ten a command that is answered by two), and how
 * long after a track is published its CAMERA_TRACKING_IMAGE_STATUS is on the wire, over UDP on loopback.
 * `node dist/bench/mavlink.js [--seconds N]`. The sender is a process of its own.
 */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { common, minimal } from 'mavlink-mappings';
import { silentLog } from '../src/core/ports/log.js';
import { MemoryControl } from '../src/core/ports/memory/memory-control.js';
import { encodeMessage } from '../src/runtime/mavlink/codec/encode.js';
import { openMavlink } from '../src/runtime/mavlink/mavlink-sink.js';
import { message } from '../src/runtime/mavlink/message.js';
import { mavlinkOptionsSchema } from '../src/runtime/mavlink/options.js';
import { trackingTrack } from '../test/support/tracks.js';
import { freeUdpPort } from '../test/runtime/mavlink/support/udp-peer.js';
import { until } from '../test/runtime/mavlink/support/until.js';

const packetsPerSecond = 500;

export async function main({ seconds = 20 }: { readonly seconds?: number } = {}): Promise<void> {
  const port = await freeUdpPort();
  const options = mavlinkOptionsSchema.parse({ links: [{ url: `udpin://127.0.0.1:${port}` }], sysid: 1 });
  const control = new MemoryControl({ status: { state: 'tracking' } });
  await using sink = await openMavlink(options, { control, log: silentLog, version: '0.0.0' });
  await until(() => sink.status().links[0]!.open, 'the link');

  const idle = await coreShare(seconds);
  const sender = fork(import.meta.filename, ['--send', String(port)]);
  await until(() => sink.status().links[0]!.received > packetsPerSecond, 'packets');
  const before = sink.status().links[0]!.received;
  const busy = await coreShare(seconds);
  const rate = (sink.status().links[0]!.received - before) / seconds;
  sender.kill();
  await once(sender, 'exit');

  const latencies = await statusLatencies(sink, port);
  const at = (share: number): string =>
    `${latencies[Math.floor(share * (latencies.length - 1))]!.toFixed(2)} ms`;
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
  console.log(`share of a core, heartbeats alone            ${percent(idle)}`);
  console.log(`share of a core, ${rate.toFixed(0)} packets/s in              ${percent(busy)}   (at most 5)`);
  console.log(
    `track to status on the wire, p50 / p99 / max  ${at(0.5)} / ${at(0.99)} / ${at(1)}   (p99 at most 3)`,
  );
}

/** Processor time of this process, all threads, over wall time. */
async function coreShare(seconds: number): Promise<number> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await sleep(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

/** From `publish` to the datagram's arrival at a socket of this process, sorted, ms. */
async function statusLatencies(
  sink: Awaited<ReturnType<typeof openMavlink>>,
  port: number,
): Promise<number[]> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const request = { targetSystem: 1, targetComponent: 100, command: common.MavCmd.SET_MESSAGE_INTERVAL };
  const asked = message(common.CommandLong, { ...request, _param1: 275, _param2: 10_000 });
  socket.send(encodeMessage(asked, { sysid: 255, compid: 190, seq: 0 }));
  await sleep(200);
  const latencies: number[] = [];
  for (let index = 0; index < 1000; index += 1) {
    const arrived = once(socket, 'message');
    const start = performance.now();
    sink.publish(trackingTrack(index));
    await arrived;
    latencies.push(performance.now() - start);
    await sleep(12);
  }
  socket.close();
  return latencies.sort((a, b) => a - b);
}

/** The other process: heartbeats, each of which is read, and commands, which are answered. */
function send(port: number): void {
  const socket = createSocket('udp4');
  const beat = message(minimal.Heartbeat, { mavlinkVersion: 3 });
  const target = { targetSystem: 1, targetComponent: 100, command: common.MavCmd.REQUEST_MESSAGE };
  const asked = message(common.CommandLong, { ...target, _param1: 260 });
  const begin = performance.now();
  let sent = 0;
  setInterval(() => {
    for (; sent < ((performance.now() - begin) * packetsPerSecond) / 1000; sent += 1) {
      const sender = { sysid: 255, compid: 190, seq: sent % 256 };
      socket.send(encodeMessage(sent % 10 === 0 ? asked : beat, sender), port, '127.0.0.1');
    }
  }, 2);
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, send: { type: 'string' } } });
  if (values.send === undefined) await main({ seconds: Number(values.seconds ?? 20) });
  else send(Number(values.send));
}
