import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import type { MqttLink } from '../../../src/runtime/mqtt/mqtt-link.js';
import { trackingTrack } from '../../support/tracks.js';
import { needing } from '../../support/tools.js';
import { memoryLog, openLink } from './support/link.js';
import { freePort, Mosquitto, mosquittoProgram, publish, runTool } from './support/mosquitto.js';
import { Subscriber } from './support/subscriber.js';
import { until } from './support/until.js';

const withBroker = needing(test, mosquittoProgram, 'mosquitto mosquitto-clients');

/** Publishes tracks of rising numbers until stopped, and tells the newest number. */
function publishing(link: MqttLink) {
  let sequence = 0;
  const timer = setInterval(() => {
    link.publish(trackingTrack((sequence += 1)));
  }, 10);
  return {
    get newest() {
      return sequence;
    },
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}

const sequences = (subscriber: Subscriber, topic: string): number[] =>
  subscriber.json<{ sequence: number }>(topic).map((it) => it.sequence);

withBroker('a broker killed and back gets nothing stale, and is told that the device is there', async (t) => {
  const top = 'tagalong/d1';
  await using broker = await Mosquitto.open();
  const slow = { reconnect: { minMs: 1500, maxMs: 1500 } }; // the subscriber shall be back first
  await using link = await openLink({ url: broker.url, ...slow });
  using tracks = publishing(link);
  await using before = await Subscriber.open(broker, `${top}/track`);
  await until(() => before.heard.length > 3, 'tracks');
  await broker.kill();
  await until(() => !link.status().connected, 'the loss');
  await until(() => link.dropped > 20, 'dropped tracks');
  const absent = tracks.newest;
  await broker.start();
  await using after = await Subscriber.open(broker, `${top}/#`);
  await until(() => after.on(`${top}/track`).length > 3 && after.on(`${top}/state`).length > 0, 'tracks');
  t.true(after.on(`${top}/availability`).length > 0);
  t.true(after.text(`${top}/availability`).every((word) => word === 'online'));
  const seen = sequences(after, `${top}/track`);
  t.true(seen[0]! > absent, `first ${seen[0]}, though ${absent} came before the broker`);
  t.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  t.is(link.status().connections, 2);
});

withBroker('nothing of the time without a broker goes out afterwards', async (t) => {
  const port = await freePort();
  const link = await openLink({ url: `mqtt://127.0.0.1:${port}` }, { connected: false });
  for (let sequence = 1; sequence <= 100; sequence += 1) link.publish(trackingTrack(sequence));
  t.is(link.dropped, 100);
  t.is(link.status().published, 0);
  await link.close();
});

withBroker('a broker that hangs and wakes is not flooded with what it missed', async (t) => {
  const top = 'tagalong/d1';
  await using broker = await Mosquitto.open();
  await using subscriber = await Subscriber.open(broker, `${top}/track`);
  await using link = await openLink({ url: broker.url, keepaliveSeconds: 30 });
  using tracks = publishing(link);
  await until(() => subscriber.heard.length > 3, 'tracks');
  broker.freeze();
  await until(() => link.dropped > 100, 'tracks left out');
  broker.thaw();
  const woken = tracks.newest;
  await until(() => (sequences(subscriber, `${top}/track`).at(-1) ?? 0) > woken, 'fresh tracks');
  const seen = sequences(subscriber, `${top}/track`);
  t.true(seen.length <= tracks.newest - 100, `${seen.length} of ${tracks.newest}`);
  t.is(link.status().connections, 1);
});

withBroker('a killed process is told to be offline by its last will', async (t) => {
  await using broker = await Mosquitto.open();
  await using subscriber = await Subscriber.open(broker, 'tagalong/doomed/availability');
  const program = join(import.meta.dirname, 'support', 'link-program.js');
  const child = spawn(process.execPath, [program, broker.url, 'doomed'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = (): string[] => subscriber.text('tagalong/doomed/availability');
  try {
    await once(child.stdout, 'data');
    await until(() => words().includes('online'), 'online');
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await until(() => words().length === 2, 'the will');
  t.deepEqual(words(), ['online', 'offline']);
  await using late = await Subscriber.open(broker, 'tagalong/doomed/availability');
  await until(() => late.heard.length === 1, 'the kept word');
  t.true(late.heard[0]!.retained);
  t.is(late.heard[0]!.payload.toString(), 'offline');
});

withBroker('a device that comes back before its old connection is given up stays online', async (t) => {
  const top = 'tagalong/twice';
  await using broker = await Mosquitto.open();
  await using subscriber = await Subscriber.open(broker, `${top}/availability`);
  // it neither closes nor tries again: as a process that hangs, or a cut cable
  const never = { reconnect: { minMs: 600_000, maxMs: 600_000 } };
  await using _old = await openLink({ url: broker.url, device: 'twice', ...never });
  await until(() => subscriber.heard.length === 1, 'online');
  await using _new = await openLink({ url: broker.url, device: 'twice' });
  await until(() => subscriber.heard.length >= 3, 'the will of the old, and the new');
  t.is(subscriber.text(`${top}/availability`).at(-1), 'online');
});

withBroker('two devices of one name are told to look for each other', async (t) => {
  const log = memoryLog();
  await using broker = await Mosquitto.open();
  await using _one = await openLink({ url: broker.url }, { log });
  await using _other = await openLink({ url: broker.url }, { connected: false });
  const hinted = (): boolean => log.lines.some(({ message }) => message.includes('is there another "d1"?'));
  await until(hinted, 'the hint');
  t.pass();
});

withBroker('a broker that is not there yet is told once, and found when it comes', async (t) => {
  const log = memoryLog();
  await using broker = await Mosquitto.open();
  await broker.kill();
  await using link = await openLink({ url: broker.url }, { connected: false, log });
  await until(() => log.lines.filter(({ level }) => level === 'debug').length >= 3, 'more attempts');
  const warnings = log.lines.filter(({ level }) => level === 'warn');
  t.is(warnings.length, 1);
  t.is(
    warnings[0]?.message,
    `mqtt.url "${broker.url}": no broker listens there (ECONNREFUSED); tracking goes on, trying again`,
  );
  await broker.start();
  await until(() => link.status().connected, 'the connection');
  t.is(link.status().failure, null);
});

withBroker(
  'a wrong password is told with its option, never shown, and the right one counts when it comes',
  async (t) => {
    const log = memoryLog();
    await using broker = await Mosquitto.open({
      prepare: (folder) => {
        runTool('mosquitto_passwd', ['-b', '-c', join(folder, 'passwords'), 'robot', 'the-right-one']);
      },
      config: (folder) => ['allow_anonymous false', `password_file ${join(folder, 'passwords')}`],
    });
    const passwordFile = join(broker.folder, 'password');
    await writeFile(passwordFile, 'the-wrong-one\n');
    const login = { username: 'robot', passwordFile };
    for (const protocol of ['5', '3.1.1'] as const) {
      await using link = await openLink({ url: broker.url, protocol, ...login }, { connected: false, log });
      await until(() => link.status().failure !== null, 'the refusal');
      t.regex(
        link.status().failure ?? '',
        /^mqtt\.username "robot", mqtt\.passwordFile ".*(refuses|does not let)/,
      );
      t.notRegex(JSON.stringify([link.status(), log.lines]), /the-wrong-one/);
    }
    await using link = await openLink({ url: broker.url, ...login }, { connected: false, log });
    await until(() => link.status().failure !== null, 'the refusal');
    await writeFile(passwordFile, 'the-right-one\n');
    await until(() => link.status().connected, 'the connection');
    t.notRegex(JSON.stringify([link.status(), log.lines]), /the-(right|wrong)-one/);

    process.env['TAGALONG_TEST_PASSWORD'] = 'the-right-one';
    const fromEnvironment = { username: 'robot', passwordEnvironment: 'TAGALONG_TEST_PASSWORD' };
    await using second = await openLink({ url: broker.url, device: 'd2', ...fromEnvironment });
    t.true(second.status().connected);
  },
);

withBroker('a broker that allows no commands is told in the log; tracks go on', async (t) => {
  const log = memoryLog();
  await using broker = await Mosquitto.open({
    prepare: (folder) => writeFile(join(folder, 'acl'), 'topic write tagalong/d1/track\ntopic read none\n'),
    config: (folder) => ['allow_anonymous true', `acl_file ${join(folder, 'acl')}`],
  });
  await using link = await openLink({ url: broker.url }, { log });
  await until(() => log.lines.filter(({ level }) => level === 'error').length >= 2, 'errors');
  const errors = log.lines.filter(({ level }) => level === 'error').map(({ message }) => message);
  t.true(
    errors.some((message) => message.includes('tagalong/d1/state')),
    errors.join('\n'),
  );
  t.true(link.status().connected);
});

withBroker('a broker that hangs does not hold the goodbye', async (t) => {
  await using broker = await Mosquitto.open();
  const link = await openLink({ url: broker.url });
  broker.freeze();
  const closed = link.close();
  // as SIGTERM must be done with in two seconds; the limit here is for slow machines
  const first = await Promise.race([closed.then(() => 'closed'), sleep(20_000, 'held', { ref: false })]);
  broker.thaw();
  t.is(first, 'closed');
});

withBroker('an oversized command is refused by the device, a huge one kept away by the broker', async (t) => {
  const top = 'tagalong/d1';
  const control = new MemoryControl();
  await using broker = await Mosquitto.open();
  await using subscriber = await Subscriber.open(broker, `${top}/command/response`);
  await using link = await openLink({ url: broker.url }, { control });
  for (const size of [5000, 1_000_000]) {
    const file = join(broker.folder, `${size}`);
    await writeFile(file, JSON.stringify({ command: 'stop', id: 'x'.repeat(size) }));
    await publish(broker, ['-q', '1', '-t', `${top}/command`, '-f', file]);
  }
  await publish(broker, ['-q', '1', '-t', `${top}/command`, '-m', '{"command":"stop"}']);
  await until(() => subscriber.heard.length === 2, 'two answers');
  t.is(link.status().commands.refused.oversized, 1);
  t.is(control.commands.length, 1);
  t.is(link.status().connections, 1);
});
