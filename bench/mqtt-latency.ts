/**
 * Fake camera's time stamp to an MQTT subscriber's callback, over a mosquitto on loopback, with the real live loop and
 * model: `node dist/bench/mqtt-latency.js [--model DIR] [--seconds N]`. Camera's clock in a thread of its own, broker and
 * subscriber in processes of their own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { silentLog } from '../src/core/ports/log.js';
import { LiveControl } from '../src/runtime/live/live-control.js';
import { LiveMeter } from '../src/runtime/live/live-meter.js';
import { runLive } from '../src/runtime/live/run-live.js';
import { openMqtt } from '../src/runtime/mqtt/open-mqtt.js';
import { openWorkerTracker } from '../src/runtime/worker/worker-tracker.js';
import { Mosquitto, mosquittoProgram } from '../test/runtime/mqtt/support/mosquitto.js';
import { until } from '../test/runtime/mqtt/support/until.js';
import { hasTool } from '../test/support/tools.js';
import { benchModel } from './model.js';
import { openCamera } from './mqtt/camera.js';
import type { BenchOptions } from './options.js';
import { createScene } from './scene.js';
import { residentMegabytes } from './statistics.js';

const [fps, warmUpSeconds, device] = [30, 5, 'bench'];
/** Of the event loop's watch, ms; what it finds beyond that is delay. */
const resolution = 5;

export async function main({ model: dir, seconds = 30 }: BenchOptions & { seconds?: number }): Promise<void> {
  if (!hasTool(mosquittoProgram)) {
    console.log('mosquitto is not installed: apt-get install mosquitto');
    return;
  }
  await using model = await benchModel(dir);
  // as docs/mqtt.md advises: without it the broker's packets wait for the receiver's delayed acknowledgements
  await using broker = await Mosquitto.open({
    config: () => ['allow_anonymous true', 'set_tcp_nodelay true'],
  });
  await using subscriber = await openSubscriber(broker.url, `tagalong/${device}/track`);

  const scene = createScene();
  const control = new LiveControl();
  const meter = new LiveMeter();
  const stop = new AbortController();
  await using tracker = await openWorkerTracker({ modelDir: model.dir });
  await using link = await openMqtt({ url: broker.url, device }, { control, log: silentLog });
  await until(() => link.status().connected, 'the connection');
  await using source = openCamera(scene, fps);
  const running = runLive({
    source,
    tracker,
    sinks: [link],
    select: scene.firstBox,
    control,
    meter,
    signal: stop.signal,
  });

  console.log(
    `model ${tracker.model.contract.name}, 640x360 yuv420p at ${fps} fps, ${seconds} s for each line\n`,
  );
  await sleep(warmUpSeconds * 1000);

  await subscriber.reset();
  const cpuTracking = await coreShare(seconds);
  const latency = await subscriber.read();
  const { state } = control.status();
  const delay = await eventLoopDelay(seconds);
  await control.execute({ kind: 'stop' }, { kind: 'local' });
  await sleep(1000);
  const cpuIdle = await coreShare(seconds);
  const rss = residentMegabytes();
  stop.abort();
  const summary = await running;

  const ms = (value: number): string => `${value.toFixed(2)} ms`.padStart(10);
  const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(10);
  console.log(`capture to subscriber, p50              ${ms(latency.p50)}   (at most 6)`);
  console.log(`capture to subscriber, p99              ${ms(latency.p99)}   (at most 15)`);
  console.log(`capture to subscriber, max              ${ms(latency.max)}`);
  console.log(`capture to published in the loop, p50   ${ms(summary.latencyMs.p50)}`);
  console.log(`capture to published in the loop, p99   ${ms(summary.latencyMs.p99)}`);
  console.log(`event loop delay, p99                   ${ms(delay)}   (at most 5)`);
  console.log(`share of a core while tracking          ${percent(cpuTracking)}   (at most 25)`);
  console.log(`share of a core with no target          ${percent(cpuIdle)}   (at most 3)`);
  console.log(`resident memory                         ${rss.toFixed(0).padStart(7)} MB   (at most 300)`);
  console.log(
    `\n${latency.count} tracks heard (${state}), ${link.dropped} not sent, ${summary.dropped} frames dropped`,
  );
}

/** Processor time of this process, all threads, over wall time. */
async function coreShare(seconds: number): Promise<number> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await sleep(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / (performance.now() - start);
}

/** p99, ms. Apart from the processor's share, which the watch itself would raise. */
async function eventLoopDelay(seconds: number): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution });
  histogram.enable();
  await sleep(seconds * 1000);
  histogram.disable();
  return Math.max(0, histogram.percentile(99) / 1e6 - resolution);
}

interface Heard {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

async function openSubscriber(url: string, topic: string) {
  const program = join(import.meta.dirname, 'mqtt', 'subscriber.js');
  const child = spawn(process.execPath, [program, url, topic], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done) throw new Error('the subscriber ended');
    return value;
  };
  await line(); // ready
  return {
    reset: async (): Promise<void> => {
      child.stdin.write('reset\n');
      await sleep(100);
    },
    read: async (): Promise<Heard> => {
      child.stdin.write('read\n');
      return JSON.parse(await line()) as Heard;
    },
    [Symbol.asyncDispose]: async (): Promise<void> => {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    },
  };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { model: { type: 'string' }, seconds: { type: 'string' } } });
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
  await main({ model: values.model ?? null, seconds: Number(values.seconds ?? 30) });
}
