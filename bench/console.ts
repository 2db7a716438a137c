/**
 * What the console costs, and how late its picture is: `node dist/bench/console.js [--model DIR] [--seconds N]`. The simulated
 * flight at 640x360 and 30 frames a second, the real loop and model; browser and viewers in processes of their own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { silentLog } from '../src/core/ports/log.js';
import { measuredTracker } from '../src/cli/service/measured-tracker.js';
import { EventLog } from '../src/runtime/console/live/events.js';
import { consoleOptionsSchema } from '../src/runtime/console/options.js';
import { openConsole } from '../src/runtime/console/open-console.js';
import { LiveControl } from '../src/runtime/live/live-control.js';
import { runLive } from '../src/runtime/live/run-live.js';
import { openSimSource } from '../src/runtime/sources/sim-source.js';
import { openWorkerTracker } from '../src/runtime/worker/worker-tracker.js';
import { glassToGlass } from './console/glass.js';
import { benchModel } from './model.js';
import type { BenchOptions } from './options.js';
import { median, quantile } from './statistics.js';

const [fps, warmUpSeconds, viewers] = [30, 3, 10];
const tokens = { command: 'the-token-to-command', view: 'the-token-to-watch' };

export async function main({ model: dir, seconds = 15 }: BenchOptions & { seconds?: number }): Promise<void> {
  await using model = await benchModel(dir);
  const control = new LiveControl();
  const stop = new AbortController();
  await using console_ = await openBenchConsole(control);
  await using tracker = await openWorkerTracker({ modelDir: model.dir });
  await using source = await openSimSource(
    new URLSearchParams({ fps: String(fps), realtime: 'true' }),
    'sim://',
  );
  const updates: number[] = [];
  const running = runLive({
    source,
    tracker: measuredTracker(tracker, (elapsedMs) => updates.push(elapsedMs)),
    sinks: [console_],
    taps: [console_],
    select: source.initialBox(),
    ...{ control, signal: stop.signal },
  });
  await sleep(warmUpSeconds * 1000);

  const alone = await measure(updates, () => sleep(seconds * 1000));
  const address = console_.addresses[0]!;
  let ages: number[] = [];
  const watched = existsSync('/usr/bin/chromium')
    ? await measure(updates, async () => {
        ages = await glassToGlass(`${address}#${tokens.view}`, seconds);
      })
    : null;
  let rates: number[] = [];
  const crowded = await measure(updates, async () => {
    rates = await crowd(address, seconds);
  });
  stop.abort();
  await running;

  const line = (name: string, { core, update }: Measured): void => {
    console.log(`${name.padEnd(34)}${update.toFixed(2).padStart(9)}${(100 * core).toFixed(1).padStart(12)}`);
  };
  console.log(`640x360 at ${fps} fps, ${seconds} s for each line\n`);
  console.log(`${''.padEnd(34)}update ms  core share %`);
  line('nobody watches', alone);
  if (watched) line('one browser (with its start)', watched);
  line(`${viewers} viewers`, crowded);
  console.log(
    `\nframe to pixel, p50 ${median(ages).toFixed(0)} ms (at most 120), p99 ${quantile(ages, 0.99).toFixed(0)} ms`,
  );
  console.log(
    `pictures a second of each of ${viewers} viewers: ${rates.map((it) => it.toFixed(0)).join(' ')}`,
  );
}

interface Measured {
  /** Processor time of this process, all threads, over wall time. */
  readonly core: number;
  /** Median of one update of the tracker as the loop feels it, ms. */
  readonly update: number;
}

async function measure(updates: number[], work: () => Promise<unknown>): Promise<Measured> {
  updates.length = 0;
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { core: (user + system) / 1000 / (performance.now() - start), update: median(updates) };
}

async function crowd(address: string, seconds: number): Promise<number[]> {
  const response = await fetch(`${address}login`, {
    method: 'POST',
    headers: { origin: new URL(address).origin },
    body: JSON.stringify({ token: tokens.view }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const program = join(import.meta.dirname, 'console/viewers.js');
  const args = [program, address, cookie, String(viewers), String(seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as number[];
}

function openBenchConsole(control: LiveControl) {
  return openConsole(consoleOptionsSchema.parse({ port: 0 }), {
    ...{ tokens, pageDir: join(import.meta.dirname, '../console'), events: new EventLog(), log: silentLog },
    subject: {
      device: 'bench',
      control,
      health: () => ({ level: 'ok', reasons: [], alive: true }),
      sinkFacts: () => ({}),
      settings: () => [],
      change: () => undefined,
      models: () => Promise.resolve([]),
      recordings: () => null,
    },
  });
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { model: { type: 'string' }, seconds: { type: 'string' } } });
  await main({ model: values.model ?? null, seconds: Number(values.seconds ?? 15) });
}
