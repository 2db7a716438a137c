import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { listenTo } from '../../../src/runtime/mqtt/listen-to.js';
import { needing } from '../../support/tools.js';
import { Mosquitto, mosquittoProgram, publish, runTool } from './support/mosquitto.js';
import { until } from './support/until.js';

const withBroker = needing(test, mosquittoProgram, 'mosquitto mosquitto-clients');

/** All that was heard, in order. */
function ears() {
  const heard: string[] = [];
  const connections: string[] = [];
  return {
    ...{ heard, connections },
    handlers: {
      onMessage: (topic: string, payload: Uint8Array, retained: boolean) => {
        heard.push(`${topic} ${Buffer.from(payload).toString()}${retained ? ' (kept)' : ''}`);
      },
      onConnection: (connected: boolean, reason: string | null) => {
        connections.push(connected ? 'there' : `gone: ${reason ?? ''}`);
      },
    },
  };
}

withBroker('kept messages come first, then new ones, and what the filter leaves out never', async (t) => {
  await using broker = await Mosquitto.open();
  await publish(broker, ['-t', 'fleet/a', '-m', 'old', '-r', '-q', '1']);
  const { heard, connections, handlers } = ears();
  await using _listening = await listenTo({ url: broker.url }, 'fleet/#', handlers);
  await until(() => heard.length === 1, 'what was kept');
  await publish(broker, ['-t', 'other', '-m', 'not for us', '-q', '1']);
  await publish(broker, ['-t', 'fleet/b', '-m', 'new', '-q', '1']);
  await until(() => heard.length === 2, 'what is new');
  t.deepEqual(heard, ['fleet/a old (kept)', 'fleet/b new']);
  t.deepEqual(connections, ['there']);
});

withBroker('a broker that goes and comes back is heard again without a word', async (t) => {
  await using broker = await Mosquitto.open();
  const { heard, connections, handlers } = ears();
  await using _listening = await listenTo({ url: broker.url }, 'fleet/#', handlers);
  await until(() => connections.includes('there'), 'the connection');
  await broker.kill();
  await until(() => connections.some((it) => it.startsWith('gone')), 'the loss');
  await until(() => connections.some((it) => it.includes('ECONNREFUSED')), 'the reason');
  await broker.start();
  await until(() => connections.at(-1) === 'there', 'the connection again');
  await publish(broker, ['-t', 'fleet/a', '-m', 'back', '-q', '1']);
  await until(() => heard.length > 0, 'a message');
  t.deepEqual(heard, ['fleet/a back']);
});

withBroker('a password comes from the first line of its file; a wrong one is told', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-listen-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  for (const word of ['right', 'wrong']) await writeFile(join(dir, word), `${word}\nnot this\n`);
  await using broker = await Mosquitto.open({
    prepare: (folder) => {
      runTool('mosquitto_passwd', ['-b', '-c', join(folder, 'passwords'), 'console', 'right']);
    },
    config: (folder) => ['allow_anonymous false', `password_file ${join(folder, 'passwords')}`],
  });
  for (const [word, expected] of [
    ['right', /^there$/],
    ['wrong', /^gone: .*(not authori[sz]ed|Bad username or password)/i],
  ] as const) {
    const { connections, handlers } = ears();
    const account = { url: broker.url, username: 'console', passwordFile: join(dir, word) };
    await using _listening = await listenTo(account, 'fleet/#', handlers);
    await until(() => connections.length > 0, 'an answer');
    t.regex(connections[0]!, expected);
  }
});

test('what is no broker, and files that are not there, are named at once', async (t) => {
  const { handlers } = ears();
  for (const url of ['http://127.0.0.1', 'no url']) {
    await t.throwsAsync(listenTo({ url }, '#', handlers), {
      name: 'UsageError',
      message: /write mqtt:\/\/host:1883/,
    });
  }
  const url = 'mqtt://127.0.0.1:1';
  await t.throwsAsync(listenTo({ url, passwordFile: '/no/such' }, '#', handlers), {
    message: /password file "\/no\/such"/,
  });
  await t.throwsAsync(listenTo({ url, ca: '/no/such' }, '#', handlers), {
    message: /ca "\/no\/such": cannot be read/,
  });
});
