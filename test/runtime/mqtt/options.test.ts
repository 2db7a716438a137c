import test from 'ava';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { UsageError } from '../../../src/core/errors.js';
import { mqttOptionsSchema, type MqttSettings } from '../../../src/runtime/mqtt/options.js';
import { openMqtt } from '../../../src/runtime/mqtt/open-mqtt.js';
import { memoryLog } from './support/link.js';

const url = 'mqtt://broker.example:1883';

test('a url is enough', (t) => {
  const options = mqttOptionsSchema.parse({ url });
  t.like(options, { prefix: 'tagalong', protocol: 'auto', encoding: 'json', keepaliveSeconds: 10 });
  t.regex(options.device, /^[A-Za-z0-9_.-]{1,64}$/);
  t.false(options.homeAssistant.enabled);
});

const wrong: readonly [string, object, RegExp][] = [
  ['an unknown key', { url, qos: 2 }, /qos/],
  ['a url of another scheme', { url: 'http://broker.example' }, /^mqtt\.url: .*write mqtt:\/\//],
  ['a url with a path', { url: `${url}/robots` }, /^mqtt\.url: .*must end after the port/],
  ['a device that is several topic levels', { url, device: 'a/b' }, /^mqtt\.device: /],
  ['a device with a wildcard', { url, device: '+' }, /^mqtt\.device: /],
  [
    'a password from two places',
    { url, username: 'a', passwordFile: 'b', passwordEnvironment: 'C' },
    /passwordFile/,
  ],
  ['a password without a name', { url, passwordFile: 'b' }, /^mqtt\.username: /],
  ['a certificate without its key', { url: 'mqtts://b', tls: { cert: 'c' } }, /^mqtt\.tls: cert and key/],
  ['TLS options without TLS', { url, tls: { ca: 'c' } }, /^mqtt\.tls: .*write mqtts:/],
  ['waits in the wrong order', { url, reconnect: { minMs: 100, maxMs: 50 } }, /^mqtt\.reconnect\.maxMs: 50/],
  [
    'CBOR for Home Assistant',
    { url, encoding: 'cbor', homeAssistant: { enabled: true } },
    /^mqtt\.encoding: "cbor"/,
  ],
  [
    'a password file that is not there',
    { url, username: 'a', passwordFile: '/no/such' },
    /passwordFile "\/no\/such"/,
  ],
  ['a variable that is not set', { url, username: 'a', passwordEnvironment: 'NO_SUCH_1' }, /"NO_SUCH_1"/],
  [
    'an authority that is not there',
    { url: 'mqtts://b', tls: { ca: '/no/such' } },
    /^mqtt\.tls\.ca "\/no\/such"/,
  ],
];

for (const [title, settings, expected] of wrong) {
  test(`${title} is a usage error that names the option`, async (t) => {
    const context = { control: new MemoryControl(), log: memoryLog() };
    const opening = openMqtt(settings as MqttSettings, context);
    const error = await t.throwsAsync(opening, { instanceOf: UsageError });
    t.regex(error.message, expected);
  });
}

test('a password in the url is refused and not repeated', async (t) => {
  const context = { control: new MemoryControl(), log: memoryLog() };
  for (const secret of ['mqtt://robot:hush-hush@broker', 'http://robot:hush-hush@broker']) {
    const error = await t.throwsAsync(openMqtt({ url: secret }, context), { instanceOf: UsageError });
    t.notRegex(error.message, /hush/);
  }
});

test('a signal that fired already opens nothing', async (t) => {
  const context = { control: new MemoryControl(), log: memoryLog(), signal: AbortSignal.abort() };
  await t.throwsAsync(openMqtt({ url }, context), { any: true, name: 'AbortError' });
});

test('a signal closes the link, also while it looks for its broker', async (t) => {
  const stop = new AbortController();
  const context = { control: new MemoryControl(), log: memoryLog(), signal: stop.signal };
  const link = await openMqtt({ url: 'mqtt://127.0.0.1:1' }, context);
  stop.abort();
  await link.close();
  t.false(link.status().connected);
});
