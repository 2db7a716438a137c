import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import type { ConsoleSetting } from '../../../src/core/console/server-messages.js';
import { consoleOptionsSchema, type ConsoleOptions } from '../../../src/runtime/console/options.js';
import { EventLog } from '../../../src/runtime/console/live/events.js';
import type { ConsoleServer } from '../../../src/runtime/console/console-server.js';
import { openConsole } from '../../../src/runtime/console/open-console.js';
import { LiveControl } from '../../../src/runtime/live/live-control.js';
import { runLive } from '../../../src/runtime/live/run-live.js';
import { openWorkerTracker } from '../../../src/runtime/worker/worker-tracker.js';
import { Flight } from './flight.js';

const root = join(import.meta.dirname, '../../../..');
export const pageDir = join(root, 'dist/console');
export const tokens = { command: 'the-token-to-command', view: 'the-token-to-watch' };

export interface Device {
  readonly flight: Flight;
  readonly control: LiveControl;
  readonly console: ConsoleServer;
  readonly events: EventLog;
  /** What is wrong with it, for the health that is shown. */
  readonly troubles: string[];
  /** Address of the page, without a token. */
  readonly address: string;
}

export interface DeviceOptions {
  readonly flight?: Flight;
  readonly options?: Partial<ConsoleOptions>;
  readonly recordings?: string | null;
}

/** The live loop with the shipped model on a flight, and its console. Closed with the test. */
export async function openDevice(
  t: ExecutionContext,
  { flight = new Flight(), options = {}, recordings = null }: DeviceOptions = {},
): Promise<Device> {
  const control = new LiveControl();
  const events = new EventLog();
  const troubles: string[] = [];
  const settings: ConsoleSetting[] = [
    { key: 'source.uri', value: '"sim://test"', origin: 'test', change: null },
    {
      ...{ key: 'console.video.quality', value: '70', origin: 'default' },
      change: { form: 'number', min: 20, max: 95, step: 5 },
    },
  ];
  const console = await openConsole(
    { ...consoleOptionsSchema.parse({ port: 0 }), ...options },
    {
      ...{ tokens, pageDir, events, log: silentLog },
      subject: {
        device: 'rover-1',
        control,
        health: () => ({ level: troubles.length > 0 ? 'degraded' : 'ok', reasons: troubles, alive: true }),
        sinkFacts: () => ({ mqtt: { state: 'off', detail: 'mqtt.url is not set' } }),
        settings: () => settings,
        change: (key, value) => {
          settings[1] = { ...settings[1]!, key, value: String(value), origin: 'web' };
        },
        models: () => Promise.resolve(['nano']),
        recordings: () => recordings,
      },
    },
  );
  const tracker = await openWorkerTracker({ modelDir: join(root, 'models/nano') });
  const stop = new AbortController();
  const running = runLive({
    ...{ source: flight, tracker, control, signal: stop.signal },
    sinks: [flight, console],
    taps: [console],
    // a slow machine must not make a selection on an old frame impossible
    ...{ history: { ms: 20_000, bytes: 256 << 20 }, catchUpMs: 20_000, updateTimeoutMs: 60_000 },
  });
  t.teardown(async () => {
    stop.abort();
    await running.catch(() => undefined);
    await console.close();
    await tracker.dispose();
  });
  return { flight, control, console, events, troubles, address: `http://127.0.0.1:${console.port}/` };
}
