/**
 * `npm run bench -- fleet --core 0,1`: a thousand devices update from one nginx, all told at the same moment. Real: nginx, the repository with its keys, the TUF
 * client, HTTP, downloads, hashes, both slots with every sync, probation, each device in a folder of its own on this machine's disk. Not real: the devices share two
 * processes, with their connections to the server and their processor; the proof checks files and contract alone, without the golden clip; nothing is reported over MQTT.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelBundle } from '../src/cli/fleet/model-bundle.js';
import { packageRoot } from '../src/cli/package-root.js';
import { initFleet } from '../src/fleet/repository/init.js';
import { consistentPath } from '../src/fleet/repository/layout.js';
import { publish } from '../src/fleet/repository/publish.js';
import { Publisher } from '../src/fleet/repository/publisher.js';
import { Nginx } from '../test/fleet/support/nginx.js';
import type { AgentsMessage, AgentsOrder, DeviceResult } from './fleet/agents.js';
import { quantile } from './statistics.js';

const [devices, processes] = [1000, 2];
const model = 'nano';

export async function main(): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-fleet-bench-'));
  const children: ChildProcess[] = [];
  try {
    const fleet = await repositoryIn(join(dir, 'fleet'));
    await using server = await Nginx.open(fleet.layout.repository);
    await mkdir(join(dir, 'devices'));
    const each = devices / processes;
    for (let index = 0; index < processes; index += 1) {
      const order: AgentsOrder = {
        ...{ folder: join(dir, 'devices'), from: index * each + 1, to: (index + 1) * each },
        ...{ url: server.url, root: join(fleet.layout.metadata, '1.root.json'), model },
        factory: join(packageRoot, 'models', model),
      };
      children.push(fork(join(import.meta.dirname, 'fleet/agents.js'), [JSON.stringify(order)]));
    }
    await Promise.all(children.map((child) => messageOf(child, 'ready')));
    const began = performance.now();
    for (const child of children) child.send('look');
    const done = await Promise.all(children.map((child) => messageOf(child, 'done')));
    report(done, performance.now() - began);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  }
}

type Kind = AgentsMessage['kind'];

/** The next message, which must be of this kind. @throws when the process ends instead. */
async function messageOf<K extends Kind>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<AgentsMessage, { kind: K }>> {
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`devices ended with ${String(code)}`);
    }),
  ])) as [AgentsMessage];
  if (message.kind !== kind) throw new Error(`devices said ${message.kind} instead of ${kind}`);
  return message as Extract<AgentsMessage, { kind: K }>;
}

async function repositoryIn(dir: string): Promise<Publisher> {
  const fleet = new Publisher(dir, {
    passphrase: () => Promise.resolve('correct horse'),
    sealingCost: { N: 1024, r: 1, p: 1 },
  });
  await initFleet(fleet, { rootKeys: 3, threshold: 2 });
  const { path, sha256 } = await publish(fleet, await modelBundle(join(packageRoot, 'models', model)), {
    ...{ version: 'new', channel: 'stable', percent: 100, minimumRuntime: '0.1.0' },
    ...{ devices: null, deviceTypes: null, architectures: null },
  });
  const file = join(fleet.layout.targets, consistentPath(path, sha256));
  console.log(
    `${devices} devices in ${processes} processes; ${path}, ${((await stat(file)).size / 1e6).toFixed(2)} MB`,
  );
  return fleet;
}

function report(done: readonly Extract<AgentsMessage, { kind: 'done' }>[], allMs: number): void {
  const results: DeviceResult[] = done.flatMap((it) => it.results);
  const good = results.filter(({ trouble }) => trouble === null);
  const seconds = good.map(({ tookMs }) => tookMs / 1000);
  const megabytes = done.reduce((sum, it) => sum + it.bytes, 0) / 1e6;
  const last = Math.max(...results.map(({ tookMs }) => tookMs / 1000));
  console.log(`updated: ${good.length} of ${results.length}, the last after ${last.toFixed(1)} s`);
  console.log(
    `a device: median ${quantile(seconds, 0.5).toFixed(1)} s, first ${Math.min(...seconds).toFixed(1)} s; all looked at again after ${(allMs / 1000).toFixed(1)} s`,
  );
  console.log(`from the server: ${megabytes.toFixed(0)} MB, ${(megabytes / last).toFixed(0)} MB/s`);
  console.log(`resident at most: ${done.map((it) => it.residentMb.toFixed(0)).join(' and ')} MB`);
  const troubles = new Map<string, number>();
  for (const { trouble } of results)
    if (trouble !== null) troubles.set(trouble, (troubles.get(trouble) ?? 0) + 1);
  for (const [trouble, count] of troubles) console.log(`${count} times: ${trouble}`);
}
