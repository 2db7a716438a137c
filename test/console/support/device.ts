import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { silentLog } from '../../../src/core/ports/log.js';
import type { ConsoleGimbal, ConsoleSetting } from '../../../src/core/console/server-messages.js';
import { ExchangeableSink } from '../../../src/cli/service/exchangeable-sink.js';
import { consoleOptionsSchema } from '../../../src/runtime/console/options.js';
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
  /** What is wrong with it, for the health that is shown. */
  readonly troubles: string[];
  /** What the console is told of its gimbal. */
  gimbal: ConsoleGimbal | null;
  /** Address of the page, without a token. */
  readonly address: string;
}

/** The live loop with the shipped model on a flight, for all tests of a file; each gets a console of its own. */
export class TestDevice {
  readonly #flight = new Flight();
  readonly #control = new LiveControl();
  readonly #place = new ExchangeableSink<ConsoleServer>('console');
  readonly #stop = new AbortController();
  #running: Promise<{ done: Promise<unknown>; close: () => Promise<void> }> | null = null;

  constructor() {
    test.after.always(async () => {
      this.#stop.abort();
      const running = await this.#running;
      await running?.done.catch(() => undefined);
      await running?.close();
    });
  }

  /** Without a target, in sight of it, with a new console, which is closed with the test. */
  async open(t: Pick<ExecutionContext, 'teardown'>): Promise<Device> {
    this.#running ??= this.#start();
    await this.#running;
    await this.#control.execute({ kind: 'stop' }, { kind: 'local' });
    Object.assign(this.#flight, { covered: false, held: false });
    const troubles: string[] = [];
    const held: Pick<Device, 'gimbal'> = { gimbal: null };
    const console = await this.#openConsole(troubles, () => held.gimbal);
    await this.#place.put(console);
    t.teardown(() => this.#place.clear());
    const address = `http://127.0.0.1:${console.port}/`;
    return Object.assign(held, { flight: this.#flight, control: this.#control, console, troubles, address });
  }

  async #start() {
    const tracker = await openWorkerTracker({ modelDir: join(root, 'models/nano') });
    const done = runLive({
      ...{ source: this.#flight, tracker, control: this.#control, signal: this.#stop.signal },
      sinks: [this.#flight, this.#place],
      taps: [{ name: 'console', see: (frame) => this.#place.current?.see(frame) }],
      // a slow machine must not make a selection on an old frame impossible
      ...{ history: { ms: 20_000, bytes: 256 << 20 }, catchUpMs: 20_000, updateTimeoutMs: 60_000 },
    });
    return { done, close: () => tracker.dispose() };
  }

  #openConsole(troubles: string[], gimbal: () => ConsoleGimbal | null): Promise<ConsoleServer> {
    const settings: ConsoleSetting[] = [
      { key: 'source.uri', value: '"sim://test"', origin: 'test', change: null },
      {
        ...{ key: 'console.video.quality', value: '70', origin: 'default' },
        change: { form: 'number', min: 20, max: 95, step: 5 },
      },
    ];
    return openConsole(consoleOptionsSchema.parse({ port: 0 }), {
      ...{ tokens, pageDir, events: new EventLog(), log: silentLog },
      subject: {
        device: 'rover-1',
        control: this.#control,
        health: () => ({ level: troubles.length > 0 ? 'degraded' : 'ok', reasons: troubles, alive: true }),
        sinkFacts: () => ({ mqtt: { state: 'off', detail: 'mqtt.url is not set' } }),
        gimbal,
        settings: () => settings,
        change: () => undefined,
        models: () => Promise.resolve(['nano']),
        recordings: () => null,
      },
    });
  }
}
