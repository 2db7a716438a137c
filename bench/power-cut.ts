/**
 * `npm run bench -- power-cut --cuts 500`: kills the agent's real process, and what it started, with SIGKILL: every second time at a random moment of
 * an update, every second time at a random change that it makes on the disk; and looks at what is left. The disk goes on having power: what the
 * kernel holds unwritten is lost only in test/fleet/agent/install/power-cut.test.ts.
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

/** Updates that are left alone, the newest; a cut falls anywhere into the longest of them. */
const remembered = 3;

export async function main({ cuts = 500 }: BenchOptions): Promise<void> {
  if (!Number.isInteger(cuts) || cuts < 1) throw new UsageError(`--cuts "${cuts}": must be 1 or more`);
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-power-cut-'));
  try {
    const device = await CutDevice.prepare(folder, await repositoryIn(join(folder, 'fleet')));
    const whole: Awaited<ReturnType<CutDevice['updateToEnd']>>[] = [];
    const measure = async (): Promise<void> => {
      whole.push(await device.updateToEnd());
      if (whole.length > remembered) whole.shift();
    };
    for (let time = 0; time < remembered; time += 1) await measure();
    const tookMs = median(whole.map((it) => it.tookMs));
    const changes = median(whole.map((it) => it.changes));
    console.log(
      `an update that is left alone takes ${tookMs.toFixed(0)} ms and makes ${changes} changes on the disk`,
    );
    const left = new Map<string, number>();
    let [done, late] = [0, 0];
    while (done < cuts) {
      const found = await cutOnce(device, whole, done % 2 === 0);
      if (found === null) {
        late += 1;
        continue;
      }
      done += 1;
      left.set(found, (left.get(found) ?? 0) + 1);
      if (done % 50 === 0 || done === cuts) console.log(`${done} cuts: ${lineOf(left)}`);
      if (done % 50 === 0) await measure(); // the machine may be busier now than before
    }
    console.log(`${late} updates more had ended before they were to be cut`);
    const broken = [...left].filter(([found]) => found.startsWith('broken'));
    console.log(`broken devices: ${broken.reduce((sum, [, count]) => sum + count, 0)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** At any moment, or at any change on the disk. */
function cutOnce(
  device: CutDevice,
  whole: readonly { readonly tookMs: number; readonly changes: number }[],
  byTime: boolean,
): Promise<string | null> {
  if (byTime) return device.cutAfter(Math.random() * Math.max(...whole.map((it) => it.tookMs)));
  const changes = Math.max(...whole.map((it) => it.changes));
  return device.cutAtChange(1 + Math.floor(Math.random() * changes));
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
