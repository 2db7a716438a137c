/**
 * `node subscriber.js URL TOPIC`: a process of its own that hears tracks and takes the time from their capture. `reset` on
 * its standard input forgets what was heard, `read` answers a line of JSON.
 */
import { createInterface } from 'node:readline';
import { connectAsync } from 'mqtt';
import { quantile } from '../statistics.js';

const [url = '', topic = ''] = process.argv.slice(2);
const client = await connectAsync(url, { protocolVersion: 5 });
let latenciesMs: number[] = [];
client.on('message', (_topic, payload) => {
  const now = process.hrtime.bigint();
  const { capturedAtNs } = JSON.parse(payload.toString()) as { capturedAtNs: string };
  latenciesMs.push(Number(now - BigInt(capturedAtNs)) / 1e6);
});
await client.subscribeAsync(topic, { qos: 0 });
process.stdout.write('ready\n');

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'reset') latenciesMs = [];
  if (line === 'read') {
    const count = latenciesMs.length;
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(latenciesMs, share));
    process.stdout.write(`${JSON.stringify({ count, p50, p99, max })}\n`);
  }
});
process.stdin.on('end', () => {
  client.end(true);
});
