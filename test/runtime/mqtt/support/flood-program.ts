/** `node flood-program.js URL TOPIC COUNT`: publishes malformed commands as fast as the broker takes them. */
import { randomBytes } from 'node:crypto';
import { encode } from 'cborg';
import { connectAsync } from 'mqtt';
import { createRandom } from '../../../../src/core/random.js';
import { goodCommand as good } from './good-command.js';

const [url = '', topic = '', count = '0'] = process.argv.slice(2);
await flood(url, topic, Number(count));

/** Noise, and good commands with something wrong: cut, changed in a byte, of wrong types, too deep, too large. */
function malformed(index: number, random: { below: (limit: number) => number }): Buffer {
  const text = Buffer.from(JSON.stringify(good));
  const cbor = Buffer.from(encode(good));
  const kinds: (() => Buffer | string)[] = [
    () => randomBytes(1 + random.below(300)),
    () => text.subarray(0, 1 + random.below(text.length - 1)),
    () => cbor.subarray(0, 1 + random.below(cbor.length - 1)),
    () => Buffer.concat([Buffer.from([0xa0 + random.below(32)]), randomBytes(random.below(60))]),
    () => JSON.stringify({ ...good, box: { x: '1', y: null, width: [], height: {} } }),
    () => JSON.stringify({ ...good, box: { x: 1e308, y: 1, width: -1, height: -1e-320 } }),
    () => JSON.stringify({ ...good, command: ['select', 'stop'][index % 2], point: { x: 1, y: 1 } }),
    () => JSON.stringify({ command: 'model', name: '../../etc/passwd' }),
    () => `{"__proto__":{"command":"stop"},"constructor":1}`,
    () => '['.repeat(2000),
    () => Buffer.alloc(2000, 0x81),
    () => JSON.stringify({ command: 'stop', id: 'x'.repeat(6000) }),
    () => ['null', 'true', '0', '"stop"', '[]', '{}', ' ', '\u0000', 'stop'][index % 9]!,
    () => JSON.stringify({ command: 'stop', version: [2, '1', null, {}, -1][index % 5] }),
  ];
  const made = kinds[index % kinds.length]!();
  return typeof made === 'string' ? Buffer.from(made) : made;
}

async function flood(url: string, topic: string, count: number): Promise<void> {
  const random = createRandom(1);
  const client = await connectAsync(url, { protocolVersion: 5 });
  const sent: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    // QoS 1 paced by its acknowledgements: the broker throws nothing away
    sent.push(client.publishAsync(topic, malformed(index, random), { qos: 1 }));
    if (sent.length >= 100) await Promise.all(sent.splice(0));
  }
  await Promise.all(sent);
  await client.endAsync();
}
