import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { common, minimal } from 'mavlink-mappings';
import { UsageError } from '../../../../src/core/errors.js';
import { silentLog } from '../../../../src/core/ports/log.js';
import { encodeMessage } from '../../../../src/runtime/mavlink/codec/encode.js';
import { FrameParser } from '../../../../src/runtime/mavlink/codec/frame-parser.js';
import { parseLinkUrl } from '../../../../src/runtime/mavlink/links/link-url.js';
import { message } from '../../../../src/runtime/mavlink/message.js';
import { openBus } from '../../../../src/runtime/mavlink/open-bus.js';
import { freeUdpPort, UdpPeer } from '../support/udp-peer.js';
import { until } from '../support/until.js';

const beat = message(minimal.Heartbeat, { mavlinkVersion: 3 });
const settings = message(common.CameraSettings, {});
const log = silentLog;

/** A server that keeps its connections. */
async function openServer(port = 0) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    sockets,
    port: typeof address === 'object' ? address!.port : 0,
    close: async (): Promise<void> => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a TCP link comes back when the other side went away, and says meanwhile why it is not there', async (t) => {
  const server = await openServer();
  const links = [{ url: `tcpout://127.0.0.1:${server.port}` }];
  await using opened = await openBus({ links, sysid: 1, compid: 100 }, { log });
  const { bus } = opened;
  const status = () => bus.status()[0]!;
  await until(() => status().open && server.sockets.length === 1, 'the connection');
  const parser = new FrameParser();
  const heard: number[] = [];
  server.sockets[0]!.on('data', (bytes) => heard.push(...parser.push(bytes).map(({ msgid }) => msgid)));
  t.is(bus.send(settings), 1);
  await until(() => heard.includes(260), 'our message');
  await server.close();
  await until(() => status().fault?.includes('ECONNREFUSED') === true, 'the refusal');
  t.is(bus.send(settings), 0);
  const again = await openServer(server.port);
  await until(() => status().open && again.sockets.length === 1, 'the connection again');
  let count = 0;
  bus.on(minimal.Heartbeat, () => (count += 1));
  again.sockets[0]!.write(encodeMessage(beat, { sysid: 9, compid: 9, seq: 0 }));
  await until(() => count === 1, 'their message');
  await again.close();
});

test('a TCP peer that takes nothing is left out, and at last given up', async (t) => {
  const server = await openServer();
  const links = [{ url: `tcpout://127.0.0.1:${server.port}` }];
  await using opened = await openBus({ links, sysid: 1, compid: 100 }, { log });
  const { bus } = opened;
  await until(() => server.sockets.length === 1 && bus.status()[0]!.open, 'the connection');
  server.sockets[0]!.pause();
  const full = message(common.CameraImageCaptured, { imageIndex: 1, fileUrl: 'x'.repeat(205) });
  await until(() => {
    for (let index = 0; index < 500; index += 1) bus.send(full);
    return server.sockets.length > 1; // it was given up, and a new one made
  }, 'another connection');
  t.true(bus.status()[0]!.dropped > 0);
  await server.close();
});

test('a UDP client reaches a peer that comes later, and hears no stranger', async (t) => {
  const port = await freeUdpPort();
  const links = [{ url: `udpout://127.0.0.1:${port}` }];
  await using opened = await openBus({ links, sysid: 1, compid: 100 }, { log });
  const { bus } = opened;
  await until(() => bus.status()[0]!.open, 'the socket');
  for (let index = 0; index < 5; index += 1) bus.send(settings); // to nobody: that is no fault
  await using peer = await UdpPeer.open({ port });
  await until(() => {
    bus.send(settings);
    return peer.all(common.CameraSettings).length > 0;
  }, 'our message');
  let heard = 0;
  bus.on(minimal.Heartbeat, () => (heard += 1));
  await using stranger = await UdpPeer.open({});
  peer.send(beat);
  await until(() => heard === 1, 'their message');
  t.is(stranger.heard.length, 0);
  t.is(bus.status()[0]!.openings, 1);
});

test('a UDP server answers all it has heard MAVLink from, and nobody who sends other things', async (t) => {
  const port = await freeUdpPort();
  await using opened = await openBus(
    { links: [{ url: `udpin://127.0.0.1:${port}` }], sysid: 1, compid: 100 },
    { log },
  );
  const { bus } = opened;
  await until(() => bus.status()[0]!.open, 'the socket');
  await using one = await UdpPeer.open({ to: port });
  await using two = await UdpPeer.open({ to: port });
  await using scanner = await UdpPeer.open({ to: port });
  scanner.sendBytes(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
  one.send(beat);
  two.send(beat);
  await until(() => bus.status()[0]!.received === 2, 'both');
  bus.send(settings);
  await Promise.all([one.next(common.CameraSettings), two.next(common.CameraSettings)]);
  t.is(scanner.heard.length, 0);
});

test('several links are one bus: heard on any, sent on all or on one', async (t) => {
  const ports = [await freeUdpPort(), await freeUdpPort()];
  const links = ports.map((port, index) => ({ url: `udpin://127.0.0.1:${port}`, name: `n${index}` }));
  await using opened = await openBus({ links, sysid: 1, compid: 100 }, { log });
  const { bus } = opened;
  const from: string[] = [];
  bus.on(minimal.Heartbeat, () => {
    throw new Error('a listener at fault');
  });
  bus.on(minimal.Heartbeat, ({ link }) => from.push(link));
  bus.on(minimal.Heartbeat, () => from.push('never'), { compid: 5 });
  await until(() => bus.status().every(({ open }) => open), 'the sockets');
  await using a = await UdpPeer.open({ to: ports[0]! });
  await using b = await UdpPeer.open({ to: ports[1]! });
  a.send(beat);
  await until(() => from.length === 1, 'the first');
  b.send(beat);
  await until(() => from.length === 2, 'the second');
  t.deepEqual(from, ['n0', 'n1']);
  t.is(bus.send(settings), 2);
  t.is(bus.send(message(common.CameraCaptureStatus, {}), { link: 'n1', compid: 154 }), 1);
  const { compid } = await b.next(common.CameraCaptureStatus);
  t.is(compid, 154);
  await a.next(common.CameraSettings);
  t.is(a.all(common.CameraCaptureStatus).length, 0);
});

test('a link that is wrongly written is told, with what would be right', (t) => {
  const wrong = {
    'udp://1.2.3.4:5': /"udp:\/\/1\.2\.3\.4:5" is no MAVLink link; write serial:/,
    'udpout://1.2.3.4': /must be udpout:\/\/HOST:PORT/,
    'serial://ttyAMA0': /must be serial:\/\/\/dev\/NAME, with three slashes/,
    'serial:///dev/ttyAMA0?baud=fast': /baud must be a whole number/,
    'serial:///dev/ttyAMA0?flow=xon': /flow must be none or hardware/,
    'serial:///dev/ttyAMA0?speed=1': /"speed" is unknown/,
  };
  for (const [url, problem] of Object.entries(wrong)) {
    t.throws(() => parseLinkUrl(url), { instanceOf: UsageError, message: problem }, url);
  }
  t.deepEqual(parseLinkUrl('serial:///dev/ttyAMA0?baud=921600&flow=hardware'), {
    kind: 'serial',
    path: '/dev/ttyAMA0',
    baudRate: 921_600,
    hardwareFlow: true,
  });
  t.deepEqual(parseLinkUrl('udpin://[::1]:14550'), { kind: 'udpin', host: '::1', port: 14_550 });
});
