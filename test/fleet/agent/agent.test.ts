import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { FleetError } from '../../../src/core/errors.js';
import { silentLog } from '../../../src/core/ports/log.js';
import { Agent, type UpdateOptions } from '../../../src/fleet/agent/agent.js';
import { MemoryDisk } from '../../../src/fleet/agent/disk/memory-disk.js';
import { fileTransport } from '../../../src/fleet/agent/transport/file-transport.js';
import { factory } from './support/models.js';
import { TestRepository } from './support/test-repository.js';

const files = { 'contract.json': '{}', 'search.onnx': 'weights'.repeat(200), 'card.md': 'card' };
const march = Date.UTC(2027, 2, 1);

interface Setup {
  readonly repository: TestRepository;
  readonly agent: Agent;
  readonly disk: MemoryDisk;
  /** What a proof says; null: good. */
  fault: string | null;
  nowMs: number;
  update(options?: Partial<UpdateOptions>): ReturnType<Agent['update']>;
  version(): Promise<string | undefined>;
  /** The same device after a start, with the disk as it is. */
  again(disk?: MemoryDisk): Promise<Agent>;
}

async function setUp(t: ExecutionContext, disk = new MemoryDisk(), type = 'generic'): Promise<Setup> {
  const folder = await mkdtemp(join(tmpdir(), 'tagalong-agent-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const repository = new TestRepository(folder);
  await disk.makeFolder('/state');
  await disk.syncFolder('');
  const signal = new AbortController().signal;
  const open = (from = disk): Promise<Agent> =>
    Agent.open(
      {
        device: { id: 'rover-1', channel: 'stable', type, architecture: 'x64', runtime: '0.1.0' },
        ...{ model: 'nano', state: '/state', firstRoot: repository.root() },
        ...{ builtMs: Date.UTC(2026, 10, 1), keepFreeBytes: 0, reportSeconds: 60 },
      },
      {
        disk: from,
        log: silentLog,
        now: () => setup.nowMs,
        prove: () => (setup.fault === null ? Promise.resolve() : Promise.reject(new FleetError(setup.fault))),
      },
      factory,
    );
  const setup: Setup = {
    ...{ repository, disk, fault: null, nowMs: march },
    agent: undefined as unknown as Agent,
    update: (options) => setup.agent.update(fileTransport(folder), { signal, ...options }),
    version: async () => (await setup.agent.report()).active?.version,
    again: open,
  };
  return Object.assign(setup, { agent: await open() });
}

test('a device takes what its repository has for it, proves it, and tells of it', async (t) => {
  const it = await setUp(t);
  await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  t.is(await it.version(), 'factory');
  const phases: string[] = [];
  t.like(await it.update({ onProgress: (phase) => phases.push(phase) }), {
    result: 'installed',
    version: '1.0',
  });
  t.deepEqual([...new Set(phases)], ['checking', 'downloading', 'proving', 'watching']);
  t.like(await it.agent.report(), {
    active: { model: 'nano', version: '1.0', release: 1, slot: 'b' },
    health: 'trial',
    phase: 'watching',
    repositoryVersion: 1,
    lastResult: { kind: 'installed', version: '1.0' },
  });
  await it.agent.installer.confirm();
  t.like(await it.update(), { result: 'confirmed' });
  t.like(await it.agent.report(), { health: 'ok', phase: 'idle', lastResult: { kind: 'confirmed' } });
  t.deepEqual(await it.disk.list('/state/downloads'), []);
});

test('a model that fails its proof is refused and not fetched again; a later one is taken', async (t) => {
  const it = await setUp(t);
  await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  it.fault = 'follows the golden clip otherwise here';
  t.like(await it.update(), { result: 'refused', reason: 'follows the golden clip otherwise here' });
  t.is(await it.version(), 'factory');
  it.fault = null;
  t.like(await it.update(), {
    result: 'refused',
    reason: 'refused here before: follows the golden clip otherwise here',
  });
  await it.repository.add({ version: '1.1' }, { ...files, 'card.md': 'better' });
  await it.repository.publish();
  t.like(await it.update(), { result: 'installed', version: '1.1' });
});

test('a device of another type is told why it gets nothing', async (t) => {
  const it = await setUp(t, new MemoryDisk(), 'rover');
  await it.repository.add({ version: '1.0', deviceTypes: ['jetson-orin-nano'] }, files);
  await it.repository.publish();
  t.like(await it.update(), {
    result: 'refused',
    reason: 'nano 1.0 is for jetson-orin-nano, this device is rover',
  });
  t.is(await it.version(), 'factory');
});

test('a bundle damaged on its way is refused, the model stays, and the right one is taken later', async (t) => {
  const it = await setUp(t);
  const { location } = await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  const path = join(it.repository.folder, location);
  const right = await readFile(path);
  await writeFile(path, Buffer.from(right).fill(7, 20, 24));
  const { result, reason } = await it.update();
  t.is(result, 'failed');
  t.regex(reason, /is not the file that was signed for/);
  t.is(await it.version(), 'factory');
  t.like(await it.agent.report(), { health: 'degraded' });
  await writeFile(path, right);
  t.like(await it.update(), { result: 'installed' });
});

test('a full disk leaves the old model running and nothing half installed, at whichever byte it is full', async (t) => {
  const { used } = await (async () => {
    const it = await setUp(t);
    const free = await it.disk.freeBytes();
    t.is(free, Number.POSITIVE_INFINITY);
    await it.repository.add({ version: '1.0' }, { ...files, noise: pseudoNoise(3000) });
    await it.repository.publish();
    await it.update();
    return { used: it.disk.usedBytes };
  })();
  let installed = 0;
  for (let capacity = used - 7000; capacity <= used + 2000; capacity += 1100) {
    const it = await setUp(t, new MemoryDisk({ capacity }));
    it.disk.freeBytes = () => Promise.resolve(1e9); // others write meanwhile: what was free is not any more
    await it.repository.add({ version: '1.0' }, { ...files, noise: pseudoNoise(3000) });
    await it.repository.publish();
    const { result, reason } = await it.update();
    const current = (await it.agent.slots.current())!;
    t.true(await it.agent.slots.isWhole(current));
    if (result === 'installed') {
      installed += 1;
      continue;
    }
    t.is(reason, 'the disk is full');
    t.is(await it.version(), 'factory');
    t.is(await it.agent.slots.model(current === 'a' ? 'b' : 'a'), null);
    t.deepEqual(await it.disk.list('/state/downloads'), []);
  }
  t.true(installed > 0);
});

test('too little room is seen before anything is fetched', async (t) => {
  const it = await setUp(t);
  await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  it.disk.freeBytes = () => Promise.resolve(1000);
  t.like(await it.update(), { result: 'failed', reason: '0 MB are free in /state, and 0 are needed' });
  t.deepEqual(await it.disk.list('/state/downloads'), []);
});

test('while a model is being watched no other is installed', async (t) => {
  const it = await setUp(t);
  await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  await it.update();
  await it.repository.add({ version: '1.1' }, { ...files, 'card.md': 'other' });
  await it.repository.publish();
  const { result, reason } = await it.update();
  t.is(result, 'failed');
  t.regex(reason, /nano 1.0 is being watched/);
});

test('a device that goes down again and again while a model is watched goes back by itself', async (t) => {
  const it = await setUp(t);
  await it.repository.add({ version: '1.0' }, files);
  await it.repository.publish();
  await it.update();
  for (let start = 1; start <= 3; start += 1) {
    t.like(await (await it.again()).report(), { active: { version: '1.0' } }, `start ${start}`);
  }
  const agent = await it.again();
  t.like(await agent.report(), {
    active: { version: 'factory' },
    lastResult: { kind: 'rolled-back', reason: 'the device was started 4 times while it was watched' },
  });
});

test('wherever the power goes during an update from a repository, the device can be updated afterwards', async (t) => {
  const first = await setUp(t);
  await first.repository.add({ version: '1.0' }, { 'contract.json': '{}' });
  await first.repository.publish();
  const before = first.disk.calls;
  await first.update();
  const calls = first.disk.calls - before;
  t.true(calls > 20);
  for (let cut = 0; cut < calls; cut += 5) {
    const it = await setUp(t);
    await it.repository.add({ version: '1.0' }, { 'contract.json': '{}' });
    await it.repository.publish();
    it.disk.cutAfter(cut);
    await it.update().catch(() => undefined);
    const left = it.disk.afterCut(cut + 1);
    const agent = await it.again(left);
    const version = (await agent.report()).active?.version;
    t.true(version === 'factory' || version === '1.0', `cut at ${cut}: ${version}`);
    const { signal } = new AbortController();
    t.like(
      await agent.update(fileTransport(it.repository.folder), { signal }),
      { result: 'installed' },
      `cut at ${cut}`,
    );
  }
});

function pseudoNoise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (state * 1103515245 + 12345) % 2147483648) & 255);
}
