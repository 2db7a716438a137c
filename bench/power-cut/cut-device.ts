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
import { Changes } from './changes.js';

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

  /** An update that nobody cuts: how long it takes, ms, and how many changes it makes on the disk, as far as they are seen from outside. */
  async updateToEnd(): Promise<{ readonly tookMs: number; readonly changes: number }> {
    await this.#reset();
    const began = performance.now();
    const { child, closed } = this.#startUpdate();
    const changes = new Changes(this.#state);
    await closed;
    if (child.exitCode !== 0) throw new Error(`the update ended with ${String(child.exitCode)}`);
    return { tookMs: performance.now() - began, changes: changes.close() };
  }

  /** Begins an update, ends it by force after a time, and says what is left: `old`, `new`, or `broken: …`; null: it had ended before. */
  cutAfter(ms: number): Promise<string | null> {
    return this.#cut(() => delay(ms));
  }

  /** As `cutAfter`, when so many changes were seen on the disk: nearly all of the time is the proof, which changes nothing. */
  cutAtChange(count: number): Promise<string | null> {
    return this.#cut((changes) => changes.until(count));
  }

  async #cut(moment: (changes: Changes) => Promise<void>): Promise<string | null> {
    await this.#reset();
    const { child, closed } = this.#startUpdate();
    const changes = new Changes(this.#state);
    try {
      const ended = await Promise.race([moment(changes).then(() => false), closed.then(() => true)]);
      if (ended) return null;
      process.kill(-child.pid!, 'SIGKILL'); // the group: the proof dies with the agent
      await closed;
    } finally {
      changes.close();
    }
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
