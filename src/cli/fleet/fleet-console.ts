import { once } from 'node:events';
import { FleetWatch } from '../../fleet/fleet-watch.js';
import { reportTopicFilter } from '../../fleet/report.js';
import { listenTo, type ListenedBroker } from '../../runtime/mqtt/listen-to.js';
import { openFleetServer, type FleetServer } from './fleet-server.js';

export interface FleetConsoleOptions {
  readonly prefix: string;
  readonly host: string;
  readonly port: number;
}

/** The page, and what it stands on. */
export interface FleetConsole extends AsyncDisposable {
  readonly url: string;
  readonly watch: FleetWatch;
}

/** Opens the fleet's page over what a broker says. A broker that is away is waited for. */
export async function openFleetConsole(
  broker: ListenedBroker,
  { prefix, host, port }: FleetConsoleOptions,
): Promise<FleetConsole> {
  const watch = new FleetWatch(prefix);
  let connected = false;
  const listener = await listenTo(broker, reportTopicFilter(prefix), {
    onMessage: (topic, payload, retained) => {
      watch.hear(topic, payload, { retained, nowMs: Date.now() });
    },
    onConnection: (now) => (connected = now),
  });
  let server: FleetServer;
  try {
    server = await openFleetServer({ watch, host, port, broker: () => ({ url: broker.url, connected }) });
  } catch (error) {
    await listener[Symbol.asyncDispose]();
    throw error;
  }
  return {
    url: server.url,
    watch,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
    },
  };
}

/** Until the signal. */
export async function runFleetConsole(
  broker: ListenedBroker,
  { signal, ...options }: FleetConsoleOptions & { readonly signal: AbortSignal },
): Promise<void> {
  await using page = await openFleetConsole(broker, options);
  console.log(`the fleet is at ${page.url}`);
  if (!signal.aborted) await once(signal, 'abort');
}
