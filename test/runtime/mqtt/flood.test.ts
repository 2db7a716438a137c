import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { MemoryControl } from '../../../src/core/ports/memory/memory-control.js';
import { trackingTrack } from '../../support/tracks.js';
import { needing } from '../../support/tools.js';
import { goodCommand } from './support/good-command.js';
import { memoryLog, openLink } from './support/link.js';
import { Mosquitto, mosquittoProgram, publish } from './support/mosquitto.js';
import { Subscriber } from './support/subscriber.js';
import { until } from './support/until.js';

const withBroker = needing(test, mosquittoProgram, 'mosquitto mosquitto-clients');

/** In a process of its own, so that what is measured here is the link alone. */
async function flood(url: string, topic: string, count: number): Promise<void> {
  const program = join(import.meta.dirname, 'support', 'flood-program.js');
  const child = spawn(process.execPath, [program, url, topic, String(count)], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the flood ended with ${code}`);
}

for (const [title, commands] of [
  ['checked one by one', { ratePerSecond: 10_000, burst: 10_000 }],
  ['held back by the rate limit', { ratePerSecond: 20, burst: 40 }],
] as const) {
  withBroker.serial(
    `10,000 malformed commands are refused and counted, the tracks go on: ${title}`,
    async (t) => {
      const [count, top] = [10_000, 'tagalong/d1'];
      const control = new MemoryControl();
      const log = memoryLog();
      await using broker = await Mosquitto.open({
        config: () => ['allow_anonymous true', 'max_queued_messages 0'],
      });
      await using subscriber = await Subscriber.open(broker, `${top}/track`);
      await using link = await openLink({ url: broker.url, commands }, { control, log });
      let published = 0;
      const timer = setInterval(() => {
        link.publish(trackingTrack((published += 1)));
      }, 10);
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const refused = (): number =>
        Object.values(link.status().commands.refused).reduce((sum, value) => sum + value, 0);
      try {
        await flood(broker.url, `${top}/command`, count);
        await until(() => refused() >= count, 'all refusals');
      } finally {
        clearInterval(timer);
      }
      delay.disable();
      const ms = (nanoseconds: number): string => (nanoseconds / 1e6).toFixed(1);
      t.log(`event loop delay p99 ${ms(delay.percentile(99))} ms, max ${ms(delay.max)} ms`);
      t.is(refused(), count);
      t.deepEqual(control.commands, []);
      t.is(link.status().commands.accepted, 0);
      t.is(link.status().connections, 1);
      const {
        retained,
        expired,
        responseTopic,
        byControl,
        rate,
        malformed: bad,
      } = link.status().commands.refused;
      t.deepEqual([retained, expired, responseTopic, byControl], [0, 0, 0, 0]);
      if (commands.ratePerSecond < 100) t.true(rate > 5000);
      else t.true(bad > 5000);
      const sent = link.status().published;
      await until(() => subscriber.heard.length >= sent, 'every track');
      t.true(sent > 0);

      // and then a good one counts
      while (control.commands.length === 0) {
        await publish(broker, ['-t', `${top}/command`, '-m', JSON.stringify(goodCommand)]);
        await sleep(100);
      }
      t.is(control.commands[0]?.command.kind, 'select');
    },
  );
}
