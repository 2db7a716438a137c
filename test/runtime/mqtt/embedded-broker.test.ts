import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import test from 'ava';
import { connectAsync, type MqttClient } from 'mqtt';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { UsageError } from '../../../src/core/errors.js';
import { openEmbeddedBroker } from '../../../src/runtime/mqtt/embedded-broker.js';
import { trackingTrack } from '../../support/tracks.js';
import { needing } from '../../support/tools.js';
import { memoryLog, openLink } from './support/link.js';
import { publish } from './support/mosquitto.js';
import { Subscriber } from './support/subscriber.js';
import { until } from './support/until.js';

const silent = () => ({ log: memoryLog() });

/** Keeps what it hears: `topic payload`. */
async function listener(url: string, topic: string): Promise<{ heard: string[]; client: MqttClient }> {
  const client = await connectAsync(url, { reconnectPeriod: 0 });
  const heard: string[] = [];
  client.on('message', (on, payload) => heard.push(`${on} ${payload.toString()}`));
  await client.subscribeAsync(topic, { qos: 1 });
  return { heard, client };
}

/** Also after errors, with which `events.once` would end. */
function closeOf(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', resolve);
  });
}

test('a device is served by the embedded broker: tracks out, commands in, availability kept', async (t) => {
  const log = memoryLog();
  const control = new MemoryControl();
  await using broker = await openEmbeddedBroker({ port: 0 }, { log });
  t.is(broker.host, '127.0.0.1');
  const link = await openLink({ url: broker.url }, { control, log });
  t.is(link.status().protocol, '3.1.1', 'the older version, after the newer was refused');
  const { heard, client } = await listener(broker.url, 'tagalong/#');
  link.publish(trackingTrack(1));
  await client.publishAsync('tagalong/d1/command', '{"command":"stop","id":1}', { qos: 1 });
  await until(() => heard.some((it) => it.startsWith('tagalong/d1/command/response')), 'the answer');
  t.true(heard.includes('tagalong/d1/availability online'));
  t.true(heard.some((it) => it.startsWith('tagalong/d1/track {"version":1,"sequence":1,')));
  t.is(control.commands[0]?.command.kind, 'stop');
  t.is(broker.clients, 2);
  await link.close();
  await until(() => heard.includes('tagalong/d1/availability offline'), 'the goodbye');
  await client.endAsync();
  t.deepEqual(
    log.lines.filter(({ level }) => level === 'warn' || level === 'error'),
    [],
  );
});

needing(
  test,
  'mosquitto_pub',
  'mosquitto-clients',
)('clients of another make use it', async (t) => {
  const control = new MemoryControl();
  await using broker = await openEmbeddedBroker({ port: 0 }, silent());
  await using link = await openLink({ url: broker.url }, { control });
  await using subscriber = await Subscriber.open(broker, 'tagalong/d1/track', { version: 'mqttv311' });
  await publish(broker, ['-q', '1', '-t', 'tagalong/d1/command', '-m', '{"command":"stop"}']);
  await until(() => control.commands.length === 1, 'the command');
  link.publish(trackingTrack(4));
  await until(() => subscriber.heard.length === 1, 'the track');
  t.is(subscriber.json<{ sequence: number }>('tagalong/d1/track')[0]?.sequence, 4);
});

test('a killed broker comes back without stale tracks', async (t) => {
  const first = await openEmbeddedBroker({ port: 0 }, silent());
  await using link = await openLink({ url: first.url });
  link.publish(trackingTrack(1));
  await first.close();
  await until(() => !link.status().connected, 'the loss');
  for (let sequence = 2; sequence < 50; sequence += 1) link.publish(trackingTrack(sequence));
  await using second = await openEmbeddedBroker({ port: first.port }, silent());
  t.is(second.port, first.port);
  const { heard, client } = await listener(second.url, 'tagalong/#');
  await until(() => heard.includes('tagalong/d1/availability online'), 'the device');
  link.publish(trackingTrack(50));
  await until(() => heard.some((it) => it.includes('"sequence":50')), 'the new track');
  t.is(heard.filter((it) => it.startsWith('tagalong/d1/track ')).length, 1);
  await client.endAsync();
});

test('a port that is taken is passed over, and that is told', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const log = memoryLog();
  await using broker = await openEmbeddedBroker({ port }, { log });
  t.true(broker.port > port);
  t.is(log.lines[0]?.level, 'warn');
  t.is(log.lines[0]?.message, `port ${port} is taken: the broker listens on mqtt://127.0.0.1:${broker.port}`);
  taken.close();
});

test('an address this machine does not have is a usage error', async (t) => {
  const opening = openEmbeddedBroker({ host: '192.0.2.1', port: 0 }, silent());
  const error = await t.throwsAsync(opening, { instanceOf: UsageError });
  t.regex(error.message, /192\.0\.2\.1/);
});

test('one client more than allowed is not served, the others are', async (t) => {
  await using broker = await openEmbeddedBroker({ port: 0, maxClients: 2 }, silent());
  const clients = [await connectAsync(broker.url), await connectAsync(broker.url)];
  const socket = connectTcp(broker.port, broker.host);
  socket.on('error', () => undefined);
  await once(socket, 'close');
  t.true(clients.every(({ connected }) => connected));
  await Promise.all(clients.map((client) => client.endAsync()));
});

test('a packet larger than allowed ends its connection; the broker goes on', async (t) => {
  await using broker = await openEmbeddedBroker({ port: 0, maxPacketBytes: 2000 }, silent());
  const { heard, client: other } = await listener(broker.url, 'a');
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  client.on('error', () => undefined);
  await client.publishAsync('a', 'x'.repeat(1900), { qos: 1 });
  client.publish('a', 'x'.repeat(1_000_000));
  await closeOf(client);
  await other.publishAsync('a', 'still there', { qos: 1 });
  await until(() => heard.includes('a still there'), 'the other client');
  t.is(heard.length, 2);
  await other.endAsync();
});

test('noise on the port hurts nobody', async (t) => {
  await using broker = await openEmbeddedBroker({ port: 0 }, silent());
  const { heard, client } = await listener(broker.url, 'a');
  for (const noise of [
    'GET / HTTP/1.1\r\n\r\n',
    '\u0000'.repeat(100),
    '\u0010\u00ff\u00ff\u00ff\u00ff',
    '0\u0005',
  ]) {
    const socket = connectTcp(broker.port, broker.host);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.end(Buffer.from(noise, 'latin1'));
  }
  await client.publishAsync('a', 'b', { qos: 1 });
  await until(() => heard.includes('a b'), 'the message');
  t.pass();
  await client.endAsync();
});

test('nothing is kept for a client that goes away', async (t) => {
  await using broker = await openEmbeddedBroker({ port: 0 }, silent());
  const options = { clientId: 'forgetful', clean: false, reconnectPeriod: 0 };
  const first = await connectAsync(broker.url, options);
  await first.subscribeAsync('a', { qos: 1 });
  await first.endAsync();
  const other = await connectAsync(broker.url);
  await other.publishAsync('a', 'missed', { qos: 1 });
  const again = await connectAsync(broker.url, { ...options, manualConnect: false });
  let heard = 0;
  again.on('message', () => (heard += 1));
  await again.subscribeAsync('b');
  await other.publishAsync('b', 'a turn later', { qos: 1 });
  await until(() => heard > 0, 'the second message');
  t.is(heard, 1);
  await Promise.all([again.endAsync(), other.endAsync()]);
});

test('it can be closed twice, with clients on it', async (t) => {
  const broker = await openEmbeddedBroker({ port: 0 }, silent());
  const client = await connectAsync(broker.url, { reconnectPeriod: 0 });
  client.on('error', () => undefined);
  const gone = closeOf(client);
  await Promise.all([broker.close(), broker.close()]);
  await gone;
  t.pass();
});

test('a broker that speaks only 3.1.1 is told of where only 5 is allowed', async (t) => {
  await using broker = await openEmbeddedBroker({ port: 0 }, silent());
  await using link = await openLink({ url: broker.url, protocol: '5' }, { connected: false });
  await until(() => link.status().failure !== null, 'the refusal');
  t.is(link.status().failure, `mqtt.protocol "5": not spoken by ${broker.url}`);
});
