import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import ava, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import type { JobRunner } from '../../../src/training/jobs/job.js';
import { parseQueueAddress } from '../../../src/training/jobs/queue/queue-address.js';
import { openQueueRunner, type QueueRunnerOptions } from '../../../src/training/jobs/queue/queue-runner.js';
import type { ServeQueueOptions } from '../../../src/training/jobs/queue/serve-queue.js';
import { mine, type MineStageOptions } from '../../../src/training/mine/mine.js';
import { mineKind } from '../../../src/training/mine/mine-job.js';
import { modelContract } from '../../support/model-contract.js';
import { freePort, hasRedis, startRedis, type TestRedis } from '../../support/redis.js';
import { makeRenderedStore, type RenderedStore } from '../../support/rendered-store.js';
import { type ChildMessage, type ChildTask, heldNetwork, version } from './queue-child.js';

/** One after the other: each starts a server and workers of its own. */
const test = hasRedis ? ava.serial : ava.skip;
const needs = hasRedis ? '' : ' (needs redis-server: apt-get install redis-server)';

let rendered: RenderedStore | null = null;
/** What a run in this process's own threads writes. */
let local: Record<string, string>;

ava.before(async () => {
  if (!hasRedis) return;
  rendered = await makeRenderedStore();
  const stage = await prepare('local');
  await mine(stage);
  local = await filesOf(stage);
});

ava.after.always(async () => {
  await rendered?.remove();
});

test(`a worker killed in the middle of a clip is replaced: every clip once, the bytes of a local run${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('killed', 'held');
  const workers = [startWorker(t, redis), startWorker(t, redis)];
  await using runner = await coordinate(redis);
  const mining = mine({ ...stage, runner });
  await until(() => opened(stage) === 2); // each has a clip in work
  await workers[0]!.kill();
  await release(stage);
  await mining;
  await runner.close();
  t.deepEqual(await filesOf(stage), local);
  t.deepEqual(await keysOf(redis), [], 'no job is left behind');
});

test(`a coordinator that is killed and started again finds its jobs: none is done twice${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('restarted', 'held');
  const worker = startWorker(t, redis);
  const first = startChild(t, { role: 'coordinator', url: redis.url, stage });
  await until(() => opened(stage) === 1);
  await first.kill();
  await using second = await coordinate(redis);
  let begun = 0;
  const counting: JobRunner = {
    ...second,
    width: second.width,
    run: (job, signal) => {
      begun += 1;
      return second.run(job, signal);
    },
  };
  const mining = mine({ ...stage, runner: counting });
  await until(async () => begun === 3 && (await keysOf(redis)).length === 3);
  await release(stage);
  await mining;
  t.deepEqual(await filesOf(stage), local);
  await worker.stop();
  t.is(worker.notes().filter((note) => note.endsWith(' done')).length, 3);
});

test(`a server that goes away and comes back empty loses nothing${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('forgotten', 'held');
  const worker = startWorker(t, redis);
  const notes: string[] = [];
  await using runner = await coordinate(redis, { note: (text) => notes.push(text) });
  const mining = mine({ ...stage, runner });
  await until(() => opened(stage) === 1);
  await redis.kill();
  await until(() => notes.some((note) => note.endsWith('has gone away; waiting for it')));
  await redis.start();
  await until(() => notes.some((note) => note.endsWith('is back')));
  await release(stage);
  await mining;
  t.deepEqual(await filesOf(stage), local);
  await worker.stop();
  t.true(worker.notes().some((note) => note.endsWith('is back')));
});

test(`a worker that is asked to stop finishes its clip, or hands it back when its time is over${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('stopped', 'held');
  const hasty = startWorker(t, redis, { graceMs: 0 });
  await using runner = await coordinate(redis);
  const mining = mine({ ...stage, runner });
  await until(() => opened(stage) === 1);
  t.is(await hasty.stop(), 0);
  t.true(hasty.notes().at(-1)!.endsWith(' handed back'), hasty.notes().join('\n'));
  const patient = startWorker(t, redis);
  await until(() => opened(stage) === 2);
  const stopped = patient.stop();
  await until(() => patient.notes().includes('no more jobs are taken'));
  await release(stage);
  t.is(await stopped, 0);
  t.is(patient.notes().filter((note) => note.endsWith(' done')).length, 1);
  startWorker(t, redis);
  await mining;
  t.deepEqual(await filesOf(stage), local);
});

test(`a clip that fails everywhere ends the run with one error that names it${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('failing', 'fails-later');
  startWorker(t, redis);
  await using runner = await coordinate(redis, { attempts: 2 });
  const host = hostname().replaceAll('.', '\\.');
  await t.throwsAsync(mine({ ...stage, runner }), {
    name: 'TrainingError',
    message: new RegExp(`^mining failed: ${host}:\\d+: inference failed \\(clip video-\\w+\\)$`),
  });
});

test(`a clip that kills every worker is given up${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('deadly', 'held');
  const victim = startWorker(t, redis);
  await using runner = await coordinate(redis);
  const mining = mine({ ...stage, runner });
  await until(() => opened(stage) === 1);
  await victim.kill();
  startWorker(t, redis, { takeovers: 0 });
  await release(stage);
  await t.throwsAsync(mining, {
    name: 'TrainingError',
    message: /^mining failed: its worker ended without a word, again and again \(clip video-\w+\)$/,
  });
});

test(`a worker of another version refuses and leaves the clips to others${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('refused');
  const other = startWorker(t, redis, { version: 'other' });
  const reason = `queued by version ${version} of the program, this is other`;
  await using hopeless = await coordinate(redis, { refusedMs: 0 });
  const message = new RegExp(
    `^mining failed: no worker can do it: .+ refuses: ${reason} \\(clip video-\\w+\\)$`,
  );
  await t.throwsAsync(mine({ ...stage, runner: hopeless }), { name: 'TrainingError', message });
  await hopeless.close();
  const notes: string[] = [];
  await using runner = await coordinate(redis, { note: (text) => notes.push(text) });
  const mining = mine({ ...stage, runner });
  await until(() => notes.some((note) => note.endsWith(`refuses jobs: ${reason}`)));
  startWorker(t, redis);
  await mining;
  t.deepEqual(await filesOf(stage), local);
  await other.stop();
  t.true(other.notes().some((note) => note.endsWith(`refused: ${reason}`)));
});

test(`a refused job is dropped at its age: whoever waits for it puts it in again, a run that is gone does not${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('dropped');
  const gone = startChild(t, { role: 'coordinator', url: redis.url, stage });
  await until(async () => (await keysOf(redis)).length === 3);
  await gone.kill();
  const reason = `queued by version ${version} of the program, this is other`;
  const other = startWorker(t, redis, { version: 'other', orphanMs: 0, refusalPauseMs: 10 });
  const client = new Redis(redis.url);
  await until(async () => (await client.zcard('tagalong:jobs:failed')) === 3);
  client.disconnect();
  await until(() => other.notes().filter((note) => note.endsWith(`refused: ${reason}`)).length === 3);
  await using runner = await coordinate(redis);
  const mining = mine({ ...stage, runner });
  await until(() => other.notes().filter((note) => note.includes(' refused: ')).length > 6);
  startWorker(t, redis);
  await other.stop();
  await mining;
  t.deepEqual(await filesOf(stage), local);
});

test(`an aborted run takes its waiting jobs out of the queue${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('aborted');
  const notes: string[] = [];
  await using runner = await coordinate(redis, { note: (text) => notes.push(text) });
  const stop = new AbortController();
  const mining = mine({ ...stage, runner, signal: stop.signal });
  await until(() => notes.some((note) => note.startsWith('no worker takes jobs from redis://')));
  await until(async () => (await keysOf(redis)).length === 3);
  stop.abort();
  await t.throwsAsync(mining, { any: true, name: 'AbortError' });
  await runner.close();
  t.deepEqual(await keysOf(redis), []);
  t.false((await readdir(join(stage.out, 'clips'))).includes('.shared'));
});

test(`runner and worker end also while the server is away${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('away', 'held');
  const worker = startWorker(t, redis, { graceMs: 0 });
  const coordinator = startChild(t, { role: 'coordinator', url: redis.url, stage });
  await until(() => opened(stage) === 1);
  await redis.kill();
  await until(() =>
    [worker, coordinator].every((child) => child.notes().some((note) => note.includes('gone away'))),
  );
  t.is(await worker.stop(), 0);
  t.is(await coordinator.stop(), 1, 'by the abort');
});

test(`a runner closes also when the server went away while commands were under way${needs}`, async (t) => {
  await using redis = await startRedis();
  const stage = await prepare('midway', 'held');
  const runner = await coordinate(redis, { pollMs: 10 });
  const mining = t.throwsAsync(mine({ ...stage, runner }), { message: /the queue was closed/ });
  await until(async () => (await keysOf(redis)).length > 0);
  redis.freeze();
  await sleep(200); // the next look has begun by then, and waits for its answer
  await redis.kill();
  await runner.close();
  await mining;
});

test(`a server that is not there, or wants a password, is told in one line without the password${needs}`, async (t) => {
  await using redis = await startRedis({ password: 'secret' });
  const refused = await freePort();
  const cases: readonly (readonly [url: string, message: RegExp])[] = [
    [`redis://:hidden@127.0.0.1:${refused}`, /^--queue "redis:\/\/127\.0\.0\.1:\d+": connect ECONNREFUSED/],
    [`redis://me:hidden@127.0.0.1:${redis.port}`, /^--queue "redis:\/\/me@127\.0\.0\.1:\d+": WRONGPASS/],
    [`redis://127.0.0.1:${redis.port}`, /^--queue "redis:\/\/127\.0\.0\.1:\d+": NOAUTH/],
    [`redis://:secret@127.0.0.1:${redis.port}/99`, /^--queue "redis:.*\/99": ERR DB index is out of range/],
  ];
  for (const [url, message] of cases) {
    const opening = openQueueRunner({ address: parseQueueAddress(url), kinds: [], version });
    const error = await t.throwsAsync(opening, { name: 'TrainingError', message });
    t.false(/hidden|secret/.test(`${error.message}${error.stack}`));
  }
  await using runner = await coordinate(redis);
  t.truthy(runner);
});

/** A mining stage with the held network; `marks` are files of its model folder. */
async function prepare(name: string, ...marks: readonly string[]): Promise<MineStageOptions> {
  const { scratch, dir } = rendered!;
  const modelDir = join(scratch, `${name}-model`);
  await mkdir(modelDir);
  await writeFile(join(modelDir, 'contract.json'), JSON.stringify(modelContract()));
  for (const mark of marks) await writeFile(join(modelDir, mark), '');
  const options = {
    longest: 16,
    shortest: 3,
    minConfidence: 0.1,
    minAgreement: 0.2,
    startEvery: 4,
    perStart: 2,
  };
  return { storeDir: dir, modelDir, networkModule: heldNetwork, out: join(scratch, name), options };
}

function coordinate(redis: TestRedis, options: Partial<QueueRunnerOptions> = {}): Promise<JobRunner> {
  const address = parseQueueAddress(redis.url);
  return openQueueRunner({ address, kinds: [mineKind(heldNetwork)], version, pollMs: 100, ...options });
}

/** Networks that were opened: one for each worker that has begun a clip. */
function opened({ modelDir }: MineStageOptions): number {
  try {
    return readFileSync(join(modelDir, 'opened'), 'utf8').length;
  } catch {
    return 0;
  }
}

/** Lets the workers go on. */
async function release({ modelDir }: MineStageOptions): Promise<void> {
  await rm(join(modelDir, 'held'));
}

/** Everything the stage has written, by path, the manifest too; without the time it took. */
async function filesOf({ out }: MineStageOptions): Promise<Record<string, string>> {
  const names = (await readdir(out, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== '.shared')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const texts = await Promise.all(names.map((name) => readFile(name, 'utf8')));
  return Object.fromEntries(
    names.map((name, index) => [name.slice(out.length + 1), texts[index]!.replace(/"ms":[\d.]+/, '"ms":0')]),
  );
}

/** Keys of jobs in Redis. */
async function keysOf({ url }: TestRedis): Promise<string[]> {
  const client = new Redis(url);
  try {
    return (await client.keys('tagalong:jobs:mine-*')).filter((key) => !key.endsWith(':lock'));
  } finally {
    client.disconnect();
  }
}

interface Child {
  readonly notes: () => string[];
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** SIGKILL. */
  readonly kill: () => Promise<number | null>;
  /** SIGTERM. */
  readonly stop: () => Promise<number | null>;
}

function startWorker(
  t: ExecutionContext,
  { url }: TestRedis,
  options: Partial<ServeQueueOptions> = {},
): Child {
  return startChild(t, { role: 'worker', url, options });
}

function startChild(t: ExecutionContext, task: ChildTask): Child {
  const child = fork(new URL('./queue-child.js', import.meta.url), [JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const notes: ChildMessage[] = [];
  child.on('message', (note) => notes.push(note as ChildMessage));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return await ended;
  };
  t.teardown(async () => {
    await end('SIGKILL');
  });
  return { notes: () => notes, ended, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

/** Waits for something that will come; a machine that is busy with other things may take its time. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > 90_000) throw new Error(`waited in vain for ${condition.toString()}`);
    await sleep(20);
  }
}
