import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { awaitResult, hasResult, removeLitter, writeResult } from '../../../src/training/jobs/result-file.js';

async function folder(t: { teardown(fn: () => Promise<void>): void }): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-result-'));
  t.teardown(() => rm(dir, { recursive: true }));
  return dir;
}

test('a result written by many at once is there once, whole', async (t) => {
  const dir = await folder(t);
  const path = join(dir, 'a.json');
  const value = Array.from({ length: 10_000 }, (_, index) => index);
  t.false(await hasResult(path));
  await Promise.all(Array.from({ length: 8 }, () => writeResult(path, value)));
  t.deepEqual(JSON.parse(await readFile(path, 'utf8')), value);
  t.deepEqual(await readdir(dir), ['a.json']);
  t.true(await hasResult(path));
});

test('a result that comes later is waited for, and not for ever', async (t) => {
  const path = join(await folder(t), 'late.json');
  const { signal } = new AbortController();
  t.false(await awaitResult(path, 30, signal));
  const waiting = awaitResult(path, 60_000, signal);
  await writeResult(path, 1);
  t.true(await waiting);
  await t.throwsAsync(awaitResult(`${path}.other`, 60_000, AbortSignal.abort()), { name: 'AbortError' });
});

test('only what killed writers left of these results is removed', async (t) => {
  const dir = await folder(t);
  const id = 'c56a4180-65aa-42ec-a945-5fd21dec0538';
  const kept = ['a.json', 'notes.txt', `b.json.${id}`, 'a.json.old'];
  for (const name of [...kept, `a.json.${id}`, `a.json.${id}.partial`]) await writeFile(join(dir, name), '');
  await removeLitter(dir, [join(dir, 'a.json')]);
  t.deepEqual((await readdir(dir)).sort(), kept.sort());
});
