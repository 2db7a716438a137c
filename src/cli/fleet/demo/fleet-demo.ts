import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../../../core/errors.js';
import { silentLog } from '../../../core/ports/log.js';
import { initFleet } from '../../../fleet/repository/init.js';
import { publish, type ReleaseOrder } from '../../../fleet/repository/publish.js';
import { Publisher } from '../../../fleet/repository/publisher.js';
import { rollback } from '../../../fleet/repository/rollback.js';
import type { DeviceReport } from '../../../fleet/report.js';
import { openEmbeddedBroker } from '../../../runtime/mqtt/embedded-broker.js';
import { packageRoot } from '../../package-root.js';
import { openFleetConsole } from '../fleet-console.js';
import { modelBundle } from '../model-bundle.js';
import { OpenedParts } from './opened-parts.js';
import { serveFolder } from './serve-folder.js';
import { openSimulatedDevice } from './simulated-device.js';
import { harmful } from './simulated-service.js';

export interface FleetDemoOptions {
  readonly port: number;
  readonly signal: AbortSignal;
  /** Stays in sight after the story, until this resolves. */
  readonly after: () => Promise<void>;
  readonly tell: (text: string) => void;
}

const model = 'nano-int8';
const canary = 'drone-canary';
const stable = 'drone-stable';

const toAll: ReleaseOrder = {
  channel: 'stable',
  percent: 100,
  devices: null,
  deviceTypes: null,
  architectures: null,
  minimumRuntime: '0.1.0',
};

/**
 * A fleet on this machine: broker, repository, two devices, the page. A model goes to both, the next one to the canary and
 * then to all, a bad one to the canary, which rolls it back by itself; then it is withdrawn.
 * @throws FleetError when a device does not do what it should; the signal's reason.
 */
export async function runFleetDemo({ port, signal, after, tell }: FleetDemoOptions): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-fleet-demo-'));
  await using opened = new OpenedParts(() => rm(dir, { recursive: true, force: true }));
  const broker = opened.use(await openEmbeddedBroker({ port: 0 }, { log: silentLog }));
  const page = opened.use(
    await openFleetConsole({ url: broker.url }, { prefix: 'tagalong', host: '127.0.0.1', port }),
  );
  tell(`the fleet is at ${page.url}`);
  const fleet = new Publisher(join(dir, 'fleet'), {
    passphrase: () => Promise.resolve('only for this demo'),
    sealingCost: { N: 4096, r: 8, p: 1 },
  });
  await initFleet(fleet, { rootKeys: 3, threshold: 2 });
  const bundle = await demoBundle(signal);
  await publish(fleet, bundle(''), { ...toAll, version: 'one' });
  tell('a fleet with its keys; model "one" is published for all');

  const web = opened.use(await serveFolder(fleet.layout.repository));
  for (const [id, channel] of [
    [canary, 'canary'],
    [stable, 'stable'],
  ] as const) {
    const root = resolve(fleet.layout.metadata, '1.root.json');
    opened.use(
      await openSimulatedDevice({ id, channel, model, dir, repository: web.url, root, broker: broker.url }),
    );
  }
  const until = (id: string, what: string, good: (report: DeviceReport) => boolean): Promise<void> =>
    waitFor(() => page.watch.devices().some(({ report }) => report.device === id && good(report)), {
      what: `${id}: ${what}`,
      signal,
    });
  const runs = (id: string, version: string): Promise<void> =>
    until(
      id,
      `does not run "${version}"`,
      ({ active, health }) => active?.version === version && health === 'ok',
    );

  await Promise.all([runs(canary, 'one'), runs(stable, 'one')]);
  tell('both devices fetched it, proved it, and run it');

  await publish(fleet, bundle('The second one.'), { ...toAll, version: 'two', channel: 'canary' });
  await runs(canary, 'two');
  tell('model "two" is on the canary alone, and well');
  await publish(fleet, bundle('The second one.'), { ...toAll, version: 'two' });
  await runs(stable, 'two');
  tell('released for all: both run "two"');

  await publish(fleet, bundle(harmful), { ...toAll, version: 'bad', channel: 'canary' });
  await until(
    canary,
    'did not roll "bad" back',
    ({ active, lastResult }) =>
      active?.version === 'two' && lastResult?.version === 'bad' && lastResult.kind === 'rolled-back',
  );
  tell('model "bad" went to the canary, failed at work, and was rolled back by the device itself');
  await rollback(fleet, { model, channel: 'canary' });
  tell('"bad" is withdrawn from the repository');
  await after();
}

/** The shipped model as a bundle; `note` makes it another one. */
async function demoBundle(signal: AbortSignal): Promise<(note: string) => Map<string, Uint8Array>> {
  const files = await modelBundle(join(packageRoot, 'models', model), { signal });
  const card = new TextDecoder().decode(files.get('card.md'));
  return (note) => new Map([...files, ['card.md', Buffer.from(`${card}\n${note}\n`)]]);
}

/** A device may be slow; one that does not do it at all in five minutes never will. */
const mostMs = 300_000;

async function waitFor(
  condition: () => boolean,
  { what, signal }: { readonly what: string; readonly signal: AbortSignal },
): Promise<void> {
  const end = performance.now() + mostMs;
  while (!condition()) {
    signal.throwIfAborted();
    if (performance.now() > end) throw new FleetError(`demo: ${what}`);
    await sleep(100, undefined, { signal });
  }
}
