import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../../../src/core/ports/log.js';
import { Agent } from '../../../../src/fleet/agent/agent.js';
import { nodeFileSystem } from '../../../../src/fleet/agent/disk/node-file-system.js';
import { otherSlot } from '../../../../src/fleet/agent/slots/slot-store.js';
import { factory } from './models.js';

export interface DiskDeviceOptions {
  /** Made here. */
  readonly state: string;
  readonly firstRoot: Buffer;
  readonly model: string;
  readonly id?: string;
  readonly prove?: (folder: string) => Promise<void>;
}

/** An agent on this machine's disk, in a folder of its own, with the factory's model. */
export async function openDiskDevice(options: DiskDeviceOptions): Promise<Agent> {
  const { state, firstRoot, model, id = 'rover-1', prove = () => Promise.resolve() } = options;
  await mkdir(state, { recursive: true });
  return Agent.open(
    {
      device: { id, channel: 'stable', type: 'generic', architecture: process.arch, runtime: '0.1.0' },
      ...{ model, state, firstRoot, builtMs: 0, keepFreeBytes: 0, reportSeconds: 60 },
    },
    { disk: nodeFileSystem, prove, now: Date.now, log: silentLog },
    factory,
  );
}

/** What a device runs and has lying about; throws when what it runs is not whole. */
export async function lookAt(agent: Agent, state: string) {
  const current = await agent.slots.current();
  if (current === null || !(await agent.slots.isWhole(current))) throw new Error('no whole model is in use');
  const other = otherSlot(current);
  return {
    version: (await agent.slots.model(current))!.version,
    /** Files in the slot that is not in use. */
    spare: await readdir(agent.slots.pathOf(other)),
    downloads: await readdir(join(state, 'downloads')),
  };
}
