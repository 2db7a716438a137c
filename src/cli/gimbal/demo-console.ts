import { UsageError } from '../../core/errors.js';
import { silentLog } from '../../core/ports/log.js';
import { createToken } from '../../runtime/console/access/tokens.js';
import type { ConsoleServer } from '../../runtime/console/console-server.js';
import { EventLog } from '../../runtime/console/live/events.js';
import type { ConsoleSubject } from '../../runtime/console/live/subject.js';
import { openConsole } from '../../runtime/console/open-console.js';
import { consoleOptionsSchema } from '../../runtime/console/options.js';
import { consolePageDir } from '../package-root.js';
import type { OpenedLoop } from './closed-loop.js';
import { gimbalForConsole } from './for-console.js';

/** Ports tried after the first, for two demonstrations beside each other. */
const morePorts = 20;

export interface DemoConsoleOptions {
  readonly host: string;
  readonly port: number;
  /** What was asked for on the command line. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The web console of the closed loop. @throws UsageError when it cannot be opened. */
export function openDemoConsole(
  loop: OpenedLoop,
  { host, port, settings }: DemoConsoleOptions,
): Promise<ConsoleServer> {
  return openConsole(consoleOptionsSchema.parse({ host, port }), {
    ...{ pageDir: consolePageDir, morePorts, log: silentLog },
    tokens: { command: createToken(), view: createToken() },
    events: new EventLog(),
    subject: subjectOf(loop, settings),
  });
}

function subjectOf(
  { control, gimbal }: OpenedLoop,
  settings: DemoConsoleOptions['settings'],
): ConsoleSubject {
  return {
    device: 'gimbal demo',
    control,
    health: () => {
      const { connected, detail } = gimbal().output;
      return { level: connected ? 'ok' : 'degraded', reasons: connected ? [] : [detail], alive: true };
    },
    sinkFacts: () => {
      const { mode, output } = gimbal();
      return { gimbal: { state: output.connected ? 'ok' : 'fault', detail: `${output.detail}; ${mode}` } };
    },
    gimbal: () => gimbalForConsole(gimbal()),
    settings: () =>
      Object.entries(settings).map(([key, value]) => {
        return { key, value: JSON.stringify(value), origin: `--${key}`, change: null };
      }),
    change: (key) => {
      throw new UsageError(`${key}: cannot be changed in the demonstration`);
    },
    models: () => Promise.resolve([]),
    recordings: () => null,
  };
}
