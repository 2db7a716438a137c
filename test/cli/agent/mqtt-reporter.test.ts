import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { MqttReporter } from '../../../src/cli/agent/mqtt-reporter.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { parseReport } from '../../../src/fleet/report.js';
import { listenTo } from '../../../src/runtime/mqtt/listen-to.js';
import { mqttOptionsSchema } from '../../../src/runtime/mqtt/options.js';
import { simulatedReports } from '../../fleet/support/simulated-reports.js';
import { temporaryFolder } from '../../fleet/support/test-fleet.js';
import { Mosquitto, mosquittoProgram } from '../../runtime/mqtt/support/mosquitto.js';
import { until } from '../../runtime/mqtt/support/until.js';
import { startTagalong } from '../../support/command-line.js';
import { needing } from '../../support/tools.js';

const withBroker = needing(test, mosquittoProgram, 'mosquitto mosquitto-clients');

/** What is said below `tagalong/`, in order: availability as a word, reports by their phase. */
async function hear(url: string) {
  const heard: string[] = [];
  const listening = await listenTo({ url }, 'tagalong/#', {
    onMessage: (topic, payload, retained) => {
      const word = topic.endsWith('/availability')
        ? Buffer.from(payload).toString()
        : (parseReport(payload)?.phase ?? 'no report');
      heard.push(retained ? `${word} (kept)` : word);
    },
  });
  return { heard, [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose]() };
}

withBroker('a report is kept at the broker, and the same again is sent only in its time', async (t) => {
  await using broker = await Mosquitto.open();
  await using before = await hear(broker.url);
  const [report] = simulatedReports(1, Date.now());
  const options = mqttOptionsSchema.parse({ url: broker.url });
  {
    await using reporter = new MqttReporter(report!.device, options, silentLog);
    reporter.publish({ ...report!, phase: 'idle' }, { again: false });
    await until(() => before.heard.includes('idle'), 'the report');
    reporter.publish(
      { ...report!, phase: 'idle', publishedAtMs: report!.publishedAtMs + 1 },
      { again: false },
    );
    reporter.publish({ ...report!, phase: 'proving' }, { again: false });
    await until(() => before.heard.includes('proving'), 'the next one');
    reporter.publish({ ...report!, phase: 'proving' }, { again: true });
    await until(() => before.heard.filter((it) => it === 'proving').length === 2, 'it again');
  }
  await until(() => before.heard.includes('offline'), 'the farewell');
  t.deepEqual(before.heard, ['online', 'idle', 'proving', 'proving', 'offline']);
  await using after = await hear(broker.url);
  await until(() => after.heard.length === 2, 'what the broker kept');
  t.deepEqual([...after.heard].sort(), ['offline (kept)', 'proving (kept)']);
});

withBroker('a device whose agent dies is offline by the word of the broker', async (t) => {
  await using broker = await Mosquitto.open();
  await using ears = await hear(broker.url);
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'state'));
  const config = join(folder, 'agent.yaml');
  const settings = { device: 'rover-1', state: join(folder, 'state'), mqtt: { url: broker.url } };
  await writeFile(config, JSON.stringify(settings)); // which is YAML, too
  const { child } = startTagalong(['agent', '--config', config]);
  t.teardown(() => child.kill('SIGKILL'));
  await until(() => ears.heard.includes('online') && ears.heard.includes('idle'), 'the agent');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await until(() => ears.heard.at(-1) === 'offline', 'the last will');
  t.pass();
});
