import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ava, { type ExecutionContext } from 'ava';
import { startTagalong, tagalong } from '../../support/command-line.js';
import { freePort, hasRedis, startRedis } from '../../support/redis.js';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';
import { movingSquare, temporaryFolder, writeSequence } from '../../training/evaluate/helpers/scripted.js';

const test = hasRedis ? ava : ava.skip;
const needs = hasRedis ? '' : ' (needs redis-server: apt-get install redis-server)';

/** A model with random weights, and two sequences of 6 frames. */
async function prepare(t: ExecutionContext): Promise<{ root: string; data: string; model: string }> {
  const root = await temporaryFolder(t);
  const [data, model] = [join(root, 'data'), join(root, 'model')];
  for (const name of ['a', 'b']) await writeSequence(data, name, movingSquare(6));
  await mkdir(model);
  await writeTinyModel(model);
  return { root, data, model };
}

test(`an evaluation by a worker gives the files of one in this process, and says what it waits for${needs}`, async (t) => {
  const { root, data, model } = await prepare(t);
  await using redis = await startRedis({ password: 'secret' });
  const [here, there] = [join(root, 'here'), join(root, 'there')];
  t.is((await tagalong('evaluate', data, '--model', model, '--out', here)).code, 0);
  const queued = ['evaluate', data, '--model', model, '--out', there, '--queue', redis.url];
  const evaluation = start(t, ...queued);
  await evaluation.says(
    /^no worker takes jobs from redis:\/\/127\.0\.0\.1:\d+: start "tagalong train worker/m,
  );
  const worker = start(t, 'train', 'worker', '--queue', redis.url, '--concurrency', '2');
  await worker.says(/takes jobs from redis:\/\/127\.0\.0\.1:\d+, 2 at a time/);
  const { code, stdout, stderr } = await evaluation.ended;
  t.is(code, 0, stderr);
  t.regex(stdout, /^mean +12 /m);
  t.false(stderr.includes('secret'));
  t.deepEqual((await readdir(there)).sort(), (await readdir(here)).sort(), 'nothing of the queue stays');
  for (const file of ['boxes/a.txt', 'boxes/b.txt', 'states/a.txt', 'states/b.txt']) {
    t.is(await readFile(join(there, file), 'utf8'), await readFile(join(here, file), 'utf8'));
  }
  worker.child.kill('SIGTERM');
  const ended = await worker.ended;
  t.is(ended.code, 0, ended.stderr);
  t.is(ended.stderr.match(/^sequence-[0-9a-f]{16}-[ab] done$/gm)?.length, 2);
});

test(`an evaluation that is interrupted keeps what it has as a partial result${needs}`, async (t) => {
  const { root, data, model } = await prepare(t);
  await using redis = await startRedis();
  const out = join(root, 'out');
  const evaluation = start(t, 'evaluate', data, '--model', model, '--out', out, '--queue', redis.url);
  await evaluation.says(/no worker takes jobs/);
  evaluation.child.kill('SIGINT');
  const { code, stderr } = await evaluation.ended;
  t.is(code, 1);
  t.regex(stderr, /^error: a: aborted before it was done$/m);
});

ava('what cannot be is told in one line, with exit code 2 for a bad option', async (t) => {
  const { root, data, model } = await prepare(t);
  const evaluate = ['evaluate', data, '--model', model];
  const nobody = `redis://:secret@127.0.0.1:${await freePort()}`;
  const cases: readonly (readonly [code: number, complaint: RegExp, ...args: string[]])[] = [
    [2, /^error: train worker needs --queue redis:\/\/host:6379\n$/, 'train', 'worker'],
    [2, /^error: --queue "http:\/\/host": must be redis:/, 'train', 'worker', '--queue', 'http://host'],
    [2, /^error: --concurrency "0"/, 'train', 'worker', '--queue', nobody, '--concurrency', '0'],
    [
      1,
      /^error: --queue "redis:\/\/127.0.0.1:\d+": connect ECONNREFUSED/,
      'train',
      'worker',
      '--queue',
      nobody,
    ],
    [1, /^error: --queue "redis:.*": connect ECONNREFUSED/, ...evaluate, '--out', root, '--queue', nobody],
    [1, /^error: --queue "redis:.*": connect ECONNREFUSED/, 'train', '--videos', root, '--queue', nobody],
    [2, /^error: --queue "redis:.*": needs --out DIR in a folder/, ...evaluate, '--queue', nobody],
    [
      2,
      /^error: --queue "redis:.*": does not go with --occlude\n$/,
      ...evaluate,
      '--occlude',
      '--queue',
      nobody,
    ],
  ];
  for (const [code, complaint, ...args] of cases) {
    const ended = await tagalong(...args);
    t.is(ended.code, code, ended.stderr);
    t.regex(ended.stderr, complaint);
    t.is(ended.stderr.trim().split('\n').length, 1);
    t.false(ended.stderr.includes('secret'));
  }
});

/** Starts a command that is killed when the test ends, if it still runs. */
function start(t: ExecutionContext, ...args: readonly string[]) {
  const { child, ended } = startTagalong(args);
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  /** Waits until standard error holds such a text; rejects when the command ends without. */
  const says = async (pattern: RegExp): Promise<void> => {
    let text = '';
    const heard = new Promise<void>((resolve) => {
      child.stderr.on('data', (more: string) => {
        text += more;
        if (pattern.test(text)) resolve();
      });
    });
    const gone = ended.then(({ stderr }) => {
      if (!pattern.test(stderr)) throw new Error(`ended without ${String(pattern)}: ${stderr}`);
    });
    await Promise.race([heard, gone]);
  };
  return { child, ended, says };
}
