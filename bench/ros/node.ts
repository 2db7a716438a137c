/**
 * The process that is measured: `node.js [ros] [tracks] [images] [PORT]`. Tracks are published 60 times a second, without `ros`
 * to nobody; images are read as the tracker would read them, and let go. With a port bare datagrams in place of tracks.
 */
import { createSocket } from 'node:dgram';
import { silentLog } from '../../src/core/ports/log.js';
import { MemoryControl } from '../../src/core/ports/memory/memory-control.js';
import type { Sink } from '../../src/core/ports/sink.js';
import { rosOptionsSchema } from '../../src/core/ros/options.js';
// what the service has loaded with or without ROS
import '../../src/cli/service/service.js';
import { trackingTrack } from '../../test/support/tracks.js';
import { play } from './role.js';

const has = new Set(process.argv.slice(2));
const port = process.argv.slice(2).find((it) => /^\d+$/.test(it));
const hz = 60;
const control = new MemoryControl({ status: { state: 'tracking' } });
let count = 0;

const sink = has.has('ros') ? await openNode() : null;
if (port !== undefined) sendDatagrams(Number(port));
if (has.has('tracks')) {
  atRate((sequence) => {
    const frame = { sequence, capturedAtNs: process.hrtime.bigint(), width: 1280, height: 720 };
    sink?.publish(trackingTrack(sequence, { frame }));
  });
}
if (has.has('images')) await readImages();
play(() => {
  const done = count;
  count = 0;
  return { count: done, latenciesMs: [] };
});

async function openNode(): Promise<Sink> {
  const { openBackend } = await import('../../src/ros/open-backend.js');
  const { openRos } = await import('../../src/ros/open-ros.js');
  const options = rosOptionsSchema.parse({ backend: 'dds' });
  // stamps are the monotonic clock's, which every process of this machine reads alike
  const clock = { wallNs: (ns: bigint) => ns, monotonicNs: (ns: bigint) => ns };
  const parameters = { all: () => [], set: () => undefined };
  return openRos(openBackend(options).backend, options, { control, log: silentLog, clock, parameters });
}

function sendDatagrams(to: number): void {
  const socket = createSocket('udp4');
  const bytes = Buffer.alloc(512); // hardly more than a box
  atRate(() => {
    bytes.writeBigUInt64LE(process.hrtime.bigint());
    socket.send(bytes, to, '127.0.0.1');
  });
}

function atRate(act: (sequence: number) => void): void {
  const begin = performance.now();
  let sequence = 0;
  setInterval(() => {
    for (; sequence < ((performance.now() - begin) * hz) / 1000; sequence += 1) {
      act(sequence);
      if (!has.has('images')) count += 1;
    }
  }, 2);
}

async function readImages(): Promise<void> {
  const { openBackend } = await import('../../src/ros/open-backend.js');
  const { openImageSource } = await import('../../src/ros/image/open-image-source.js');
  const { backend } = openBackend({ backend: 'dds', graph: 'auto' });
  const participant = await backend.open({ name: 'tagalong_source', namespace: '/' }, silentLog);
  const images = await openImageSource(participant, {
    ...{ topic: '/camera/image_raw', log: silentLog, reconnect: true, openMs: 30_000 },
  });
  void (async () => {
    for await (const frame of images.frames()) {
      count += 1;
      frame.dispose();
    }
  })();
}
