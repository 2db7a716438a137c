/**
 * `npm run bench -- power-cut --cuts 500`: kills the agent's real process, and what it started, with SIGKILL at random moments of an update, and looks
 * at what is left. The disk goes on having power: what the kernel holds unwritten is lost only in test/fleet/agent/install/power-cut.test.ts.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelBundle } from '../src/cli/fleet/model-bundle.js';
import { packageRoot } from '../src/cli/package-root.js';
import { UsageError } from '../src/core/errors.js';
import { initFleet } from '../src/fleet/repository/init.js';
import { publish } from '../src/fleet/repository/publish.js';
import { Publisher } from '../src/fleet/repository/publisher.js';
import type { BenchOptions } from './options.js';
import { CutDevice } from './power-cut/cut-device.js';
import { median } from './statistics.js';

export async function main({ cuts = 500 }: BenchOptions): Promise<void> {
  if (!Number.isInteger(cuts) || cuts < 1) throw new UsageError(`--cuts "${cuts}": must be 1 or more`);
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-power-cut-'));
  try {
    const device = await CutDevice.prepare(folder, await repositoryIn(join(folder, 'fleet')));
    const whole: number[] = [];
    for (let time = 0; time < 3; time += 1) whole.push(await device.updateToEnd());
    const tookMs = median(whole);
    console.log(`an update that is left alone takes ${tookMs.toFixed(0)} ms`);
    const left = new Map<string, number>();
    for (let cut = 1; cut <= cuts; cut += 1) {
      const found = await device.cutAfter(Math.random() * tookMs * 1.05);
      left.set(found, (left.get(found) ?? 0) + 1);
      if (cut % 50 === 0 || cut === cuts) console.log(`${cut} cuts: ${lineOf(left)}`);
    }
    const broken = [...left].filter(([found]) => found.startsWith('broken'));
    console.log(`broken devices: ${broken.reduce((sum, [, count]) => sum + count, 0)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function repositoryIn(dir: string): Promise<Publisher> {
  const fleet = new Publisher(dir, {
    passphrase: () => Promise.resolve('correct horse'),
    sealingCost: { N: 1024, r: 1, p: 1 },
  });
  await initFleet(fleet, { rootKeys: 1, threshold: 1 });
  await publish(fleet, await modelBundle(join(packageRoot, 'models/nano')), {
    ...{ version: 'new', channel: 'stable', percent: 100, minimumRuntime: '0.1.0' },
    ...{ devices: null, deviceTypes: null, architectures: null },
  });
  return fleet;
}

function lineOf(left: ReadonlyMap<string, number>): string {
  return [...left].map(([found, count]) => `${found} ${count}`).join(', ');
}
