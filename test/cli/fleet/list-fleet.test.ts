import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import test from 'ava';
import { connectAsync } from 'mqtt';
import { listFleet } from '../../../src/cli/fleet/list-fleet.js';
import { reportTopic } from '../../../src/fleet/report.js';
import { simulatedReports } from '../../fleet/support/simulated-reports.js';
import { Mosquitto, mosquittoProgram } from '../../runtime/mqtt/support/mosquitto.js';
import { tagalong } from '../../support/command-line.js';
import { needing } from '../../support/tools.js';

const brokerTest = needing(test, mosquittoProgram, 'mosquitto');

brokerTest('the kept report of every device is listed', async (t) => {
  await using broker = await Mosquitto.open();
  const client = await connectAsync(broker.url);
  const reports = simulatedReports(3, Date.now());
  for (const report of reports) {
    await client.publishAsync(reportTopic(report.device), JSON.stringify(report), { qos: 1, retain: true });
  }
  await client.endAsync();
  const lines = await listFleet({ url: broker.url }, { prefix: 'tagalong', wait: 2, json: true });
  const devices = lines.split('\n').map((line) => (JSON.parse(line) as { device: string }).device);
  t.deepEqual(devices.sort(), ['drone-1', 'drone-2', 'drone-3']);
  const table = await listFleet({ url: broker.url }, { prefix: 'tagalong', wait: 2 });
  t.regex(table, /\n\n3 devices: /);
});

brokerTest('thousands of devices are listed by the command, more than a broker queues', async (t) => {
  await using broker = await Mosquitto.open();
  const client = await connectAsync(broker.url);
  const reports = simulatedReports(3000, Date.now());
  for (const report of reports) {
    await client.publishAsync(reportTopic(report.device), JSON.stringify(report), { qos: 1, retain: true });
  }
  await client.endAsync();
  const { code, stdout, stderr } = await tagalong('fleet', 'list', '--broker', broker.url, '--wait', '5');
  t.is(code, 0, stderr);
  const lines = stdout.trim().split('\n');
  t.regex(lines.at(-1)!, /^3000 devices: /);
  const listed = new Set(lines.map((line) => /^(drone-\d+) /.exec(line)?.[1]));
  t.is(reports.filter(({ device }) => listed.has(device)).length, 3000);
});

test('a broker that is not there is named, with the reason', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await t.throwsAsync(listFleet({ url: `mqtt://127.0.0.1:${port}` }, { prefix: 'tagalong', wait: 1 }), {
    name: 'FleetError',
    message: /^broker "mqtt:\/\/127\.0\.0\.1:\d+": .*ECONNREFUSED/,
  });
});
