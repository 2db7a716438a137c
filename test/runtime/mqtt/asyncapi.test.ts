import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { z } from 'zod';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import type { LoopStatus } from '../../../src/core/ports/loop-status.js';
import { channels, topicsOf, type ChannelName } from '../../../src/runtime/mqtt/channels.js';
import { schemaFiles } from '../../../src/runtime/mqtt/messages/schema-files.js';
import { mqttCommandSchema } from '../../../src/runtime/mqtt/messages/schemas.js';
import { mqttOptionsSchema } from '../../../src/runtime/mqtt/options.js';
import { trackingTrack } from '../../support/tracks.js';
import { needing } from '../../support/tools.js';
import { openLink } from './support/link.js';
import { Mosquitto, mosquittoProgram, publish } from './support/mosquitto.js';
import { Subscriber } from './support/subscriber.js';
import { until } from './support/until.js';

interface Reference {
  readonly $ref: string;
}

interface AsyncApi {
  readonly servers: Record<string, { bindings: { mqtt: Record<string, unknown> } }>;
  readonly channels: Record<
    string,
    { address: string; parameters: Record<string, Reference>; messages: Record<string, Reference> }
  >;
  readonly operations: Record<
    string,
    {
      action: 'send' | 'receive';
      channel: Reference;
      bindings: { mqtt: { qos: number; retain: boolean } };
      reply?: { channel: Reference };
    }
  >;
  readonly components: {
    readonly parameters: Record<string, { default?: string }>;
    readonly messages: Record<
      string,
      { payload: { $ref?: string; enum?: string[] }; examples?: { payload: unknown }[] }
    >;
  };
}

const folder = resolve(import.meta.dirname, '../../../../docs/schemas');
const document = parse(await readFile(join(folder, 'asyncapi.yaml'), 'utf8')) as AsyncApi;
const names = Object.keys(channels) as ChannelName[];

/** Nothing is null. */
const latencyMs = { p50: 1.5, p99: 2.5, max: 3.5 };
const fullStatus: Partial<LoopStatus> = {
  state: 'tracking',
  model: { name: 'nano', precision: 'int8', provider: 'cpu' },
  source: {
    uri: 'sim://',
    width: 640,
    height: 360,
    format: 'yuv420p',
    fps: 30,
    live: true,
    detail: 'simulated',
  },
  fps: 29.97,
  frames: 12,
  latencyMs,
  sinks: [{ name: 'mqtt', published: 12, dropped: 1, failed: 0, lastError: 'it failed', latencyMs }],
  kept: { oldest: 3, newest: 12, frames: 10 },
};

/** As it is published, so that nothing but the file is believed. */
async function publishedSchema(
  name: string,
  change = (schema: unknown): unknown => schema,
): Promise<z.ZodType> {
  const text = await readFile(join(folder, `${name}.schema.json`), 'utf8');
  return z.fromJSONSchema(change(JSON.parse(text)) as Parameters<typeof z.fromJSONSchema>[0]);
}

test('the published JSON Schemas are those of the code: npx tsc && node scripts/write-mqtt-schemas.mjs', async (t) => {
  const files = schemaFiles();
  const there = (await readdir(folder)).filter((name) => name.endsWith('.schema.json'));
  t.deepEqual(there.sort(), Object.keys(files).sort());
  for (const [name, schema] of Object.entries(files)) {
    t.deepEqual(
      JSON.parse(await readFile(join(folder, name), 'utf8')),
      JSON.parse(JSON.stringify(schema)),
      name,
    );
  }
});

test('the AsyncAPI file knows every channel, with its topic, direction, qos and retain', (t) => {
  t.deepEqual(Object.keys(document.channels).sort(), [...names].sort());
  t.deepEqual(Object.keys(document.operations).sort(), [...names].sort());
  const topics = topicsOf({ prefix: '{prefix}', device: '{device}' });
  for (const name of names) {
    const { from, qos, retain } = channels[name];
    const operation = document.operations[name]!;
    t.is(document.channels[name]!.address, topics[name]);
    t.deepEqual(Object.keys(document.channels[name]!.parameters), ['prefix', 'device']);
    t.is(operation.channel.$ref, `#/channels/${name}`);
    t.is(operation.action, from === 'device' ? 'send' : 'receive');
    t.like(operation.bindings.mqtt, { qos, retain });
  }
  t.is(document.operations['command']?.reply?.channel.$ref, '#/channels/response');
});

test('the AsyncAPI file points to the schema of every channel', (t) => {
  for (const name of names) {
    t.deepEqual(document.channels[name]?.messages, { [name]: { $ref: `#/components/messages/${name}` } });
    const { payload } = document.components.messages[name]!;
    if (name === 'availability') t.deepEqual(payload.enum, ['online', 'offline']);
    else t.true(schemaFiles()[payload.$ref!.replace('./', '')] !== undefined, payload.$ref);
  }
});

test('its examples are what its schemas describe', async (t) => {
  for (const name of names.filter((it) => it !== 'availability')) {
    const schema = await publishedSchema(name);
    for (const { payload } of document.components.messages[name]?.examples ?? []) {
      t.true(schema.safeParse(payload).success, `${name}: ${JSON.stringify(payload)}`);
    }
  }
});

test('its defaults and last will are those of the options', (t) => {
  const options = mqttOptionsSchema.parse({ url: 'mqtt://b' });
  t.is(document.components.parameters['prefix']?.default, options.prefix);
  t.like(document.servers['broker']?.bindings.mqtt, {
    cleanSession: true,
    keepAlive: options.keepaliveSeconds,
  });
  const { qos, retain } = channels.availability;
  const topic = topicsOf({ ...options, device: '{device}' }).availability;
  t.deepEqual(document.servers['broker']?.bindings.mqtt['lastWill'], {
    topic,
    qos,
    retain,
    message: 'offline',
  });
});

test('a command outside the schema is one the device refuses, and the other way round', async (t) => {
  const schema = await publishedSchema('command');
  for (const message of [
    { command: 'stop' },
    { command: 'stop', version: 1, id: 'x' },
    { command: 'stop', version: 2 },
    { command: 'stop', now: true },
    { command: 'select', point: { x: 1, y: 2 }, timeNs: '12' },
    { command: 'select', point: { x: 1 } },
    { command: 'model', name: 'nano' },
    { command: 'model', name: '../nano' },
    {},
    null,
  ]) {
    t.is(
      schema.safeParse(message).success,
      mqttCommandSchema.safeParse(message).success,
      JSON.stringify(message),
    );
  }
});

needing(
  test,
  mosquittoProgram,
  'mosquitto mosquitto-clients',
)(
  'what really comes over a broker is what the file says: topics, qos, retain, nothing undescribed',
  async (t) => {
    await using broker = await Mosquitto.open();
    await using before = await Subscriber.open(broker, '#');
    const control = new MemoryControl({ status: fullStatus });
    control.show(trackingTrack(1));
    await using link = await openLink({ url: broker.url, device: 'd1' }, { control });
    link.publish(trackingTrack(1));
    await publish(broker, ['-q', '1', '-t', 'tagalong/d1/command', '-m', '{"command":"status","id":1}']);
    await publish(broker, ['-q', '1', '-t', 'tagalong/d1/command', '-m', '{"command":"stop","id":2}']);
    await publish(broker, ['-q', '1', '-t', 'tagalong/d1/command', '-m', '{"command":"jump","id":3}']);
    const topics = topicsOf({ prefix: 'tagalong', device: 'd1' });
    await until(
      () =>
        names.every((name) => before.on(topics[name]).length > 0) && before.on(topics.response).length === 3,
      'a message on every channel',
    );
    await using after = await Subscriber.open(broker, '#');
    await until(
      () => after.on(topics.availability).length > 0 && after.on(topics.state).length > 0,
      'the kept',
    );

    const known = new Set<string>(Object.values(topics));
    t.deepEqual(
      before.heard.filter(({ topic }) => !known.has(topic)),
      [],
    );
    for (const name of names) {
      const { qos, retain } = document.operations[name]!.bindings.mqtt;
      t.true(
        before.on(topics[name]).every((heard) => heard.qos === qos),
        `qos of ${name}`,
      );
      t.is(
        after.on(topics[name]).some(({ retained }) => retained),
        retain,
        `retain of ${name}`,
      );
      if (name === 'availability' || name === 'command') continue;
      const schema = await publishedSchema(name, closed);
      for (const message of before.json(topics[name])) {
        const parsed = schema.safeParse(message);
        t.true(parsed.success, `${name}: ${parsed.error?.message} in ${JSON.stringify(message)}`);
      }
    }
  },
);

/** Closes every object of a JSON Schema: a field nobody described is found. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  return { ...Object.fromEntries(entries), ...('properties' in schema && { additionalProperties: false }) };
}
