import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defaultModel, packageRoot } from '../../src/cli/package-root.js';
import { silentLog } from '../../src/core/ports/log.js';
import { Agent } from '../../src/fleet/agent/agent.js';
import { nodeFileSystem } from '../../src/fleet/agent/disk/node-file-system.js';
import { SlotStore } from '../../src/fleet/agent/slots/slot-store.js';
import { fileTransport } from '../../src/fleet/agent/transport/file-transport.js';
import { factoryModel } from '../../src/fleet/agent/update/factory.js';
import type { Publisher } from '../../src/fleet/repository/publisher.js';

/** A device whose agent is killed; every time it is the same one again, with the factory's model. */
export class CutDevice {
  readonly #folder: string;
  readonly #fleet: Publisher;

  private constructor(folder: string, fleet: Publisher) {
    this.#folder = folder;
    this.#fleet = fleet;
  }

  static async prepare(folder: string, fleet: Publisher): Promise<CutDevice> {
    const device = new CutDevice(folder, fleet);
    const settings = {
      ...{ device: 'rover-1', state: device.#state, root: device.#root },
      ...{ repository: `file://${fleet.layout.repository}`, updateBudgetMs: 10_000, keepFreeMegabytes: 0 },
    };
    await writeFile(device.#config, JSON.stringify(settings)); // which is YAML, too
    await mkdir(device.#state);
    await device.#open();
    await cp(device.#state, device.#fresh, { recursive: true, verbatimSymlinks: true });
    return device;
  }

  /** How long an update takes that nobody cuts, ms. */
  async updateToEnd(): Promise<number> {
    await this.#reset();
    const began = performance.now();
    const { child, closed } = this.#startUpdate();
    await closed;
    if (child.exitCode !== 0) throw new Error(`the update ended with ${String(child.exitCode)}`);
    return performance.now() - began;
  }

  /** Begins an update, ends it by force, and says what is left: `old`, `new`, or `broken: …`. */
  async cutAfter(ms: number): Promise<string> {
    await this.#reset();
    const { child, closed } = this.#startUpdate();
    await Promise.race([delay(ms), closed]);
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL'); // the group: the proof dies with the agent
    await closed;
    return this.#look().catch((error: unknown) => `broken: ${String(error)}`);
  }

  /** First as the service finds it, which may start before the agent; then as the agent does; then a whole update, but for the proof. */
  async #look(): Promise<string> {
    const slots = new SlotStore(nodeFileSystem, `${this.#state}/models`);
    const current = await slots.current();
    if (current === null || !(await slots.isWhole(current))) return 'broken: no whole model is in use';
    const before = (await slots.model(current))?.version;
    const agent = await this.#open();
    const after = (await agent.report()).active?.version;
    if (before !== after) return `broken: ${before} was in use, and ${after} is after a start`;
    const { signal } = new AbortController();
    const { result, reason } = await agent.update(fileTransport(this.#fleet.layout.repository), { signal });
    if (result !== 'installed') return `broken: no update afterwards: ${result} ${reason}`;
    return before === 'new' ? 'new' : 'old';
  }

  async #open(): Promise<Agent> {
    return Agent.open(
      {
        device: {
          ...{ id: 'rover-1', channel: 'stable', type: 'generic' },
          ...{ architecture: process.arch, runtime: '0.1.0' },
        },
        ...{ model: 'nano', state: this.#state, firstRoot: await readFile(this.#root) },
        ...{ builtMs: 0, keepFreeBytes: 0, reportSeconds: 60 },
      },
      { disk: nodeFileSystem, prove: () => Promise.resolve(), now: Date.now, log: silentLog },
      await factoryModel(nodeFileSystem, defaultModel),
    );
  }

  async #reset(): Promise<void> {
    await rm(this.#state, { recursive: true, force: true });
    await cp(this.#fresh, this.#state, { recursive: true, verbatimSymlinks: true });
  }

  #startUpdate() {
    const main = join(packageRoot, 'dist/src/cli/main.js');
    const args = [main, 'agent', 'update', '--config', this.#config];
    const child = spawn(process.execPath, args, { detached: true, stdio: 'ignore' });
    return { child, closed: once(child, 'close') };
  }

  get #state(): string {
    return join(this.#folder, 'state');
  }

  get #fresh(): string {
    return join(this.#folder, 'fresh');
  }

  get #config(): string {
    return join(this.#folder, 'agent.yaml');
  }

  get #root(): string {
    return join(this.#fleet.layout.metadata, '1.root.json');
  }
}
