import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../../../core/errors.js';
import type { Channel } from '../../../fleet/release.js';
import { packageRoot } from '../../package-root.js';
import { openSimulatedService } from './simulated-service.js';

export interface SimulatedDeviceOptions {
  readonly id: string;
  readonly channel: Channel;
  readonly model: string;
  /** For its state. */
  readonly dir: string;
  readonly repository: string;
  /** `1.root.json`. */
  readonly root: string;
  readonly broker: string;
}

/** The agent as it runs on a device, in a process of its own, beside a simulated service. */
export async function openSimulatedDevice(options: SimulatedDeviceOptions): Promise<AsyncDisposable> {
  const { id, channel, model, dir, repository, root, broker } = options;
  const state = join(dir, id);
  await mkdir(state, { recursive: true });
  const service = await openSimulatedService(state);
  const config = join(dir, `${id}.yaml`); // JSON is YAML
  await writeFile(
    config,
    JSON.stringify({
      device: id,
      channel,
      model,
      repository,
      root,
      state,
      everySeconds: 3,
      reportSeconds: 5,
      // proofs share this machine with everything else: only a model that hangs is too slow
      updateBudgetMs: 2000,
      watch: { url: service.url, minutes: 0.05, everySeconds: 0.5, graceSeconds: 60 },
      mqtt: { url: broker },
      log: { level: 'warn' },
    }),
  );
  const child = spawn(process.execPath, [mainOf(), 'agent', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-4000)));
  const gone = once(child, 'exit').then(([code]) => code as number | null);
  const early = await Promise.race([gone, sleep(200)]);
  if (early !== undefined) throw new FleetError(`device ${id}: ended with ${early}: ${complaints.trim()}`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await gone;
      await service[Symbol.asyncDispose]();
    },
  };
}

const mainOf = (): string => join(packageRoot, 'dist/src/cli/main.js');
