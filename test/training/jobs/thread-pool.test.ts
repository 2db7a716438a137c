import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { openThreadPool, type ThreadTask } from '../../../src/training/jobs/thread-pool.js';
import type { PoolTask } from './pool-thread.js';

const module = new URL('./pool-thread.js', import.meta.url);
const task = (input: PoolTask, setup: object = {}): ThreadTask => ({ module, setup, input });

test('tasks beyond the width wait, and threads are used again', async (t) => {
  await using pool = openThreadPool(2);
  const threads = await Promise.all(Array.from({ length: 7 }, () => pool.run(task('who'))));
  t.true(new Set(threads).size <= 2);
});

test('a thread serves one setup: another setup gets another thread, in the place of an idle one', async (t) => {
  await using pool = openThreadPool(1);
  const first = await pool.run(task('who'));
  t.is(await pool.run(task('who')), first);
  const other = await pool.run(task('who', { other: true }));
  t.not(other, first);
  t.is(await pool.run(task('who', { other: true })), other);
  t.not(await pool.run(task('who')), first);
});

test('an error keeps its class, and the thread is replaced', async (t) => {
  await using pool = openThreadPool(1);
  const first = await pool.run(task('who'));
  await t.throwsAsync(pool.run(task('refuse')), { instanceOf: UsageError, message: 'not this' });
  t.not(await pool.run(task('who')), first);
  await t.throwsAsync(pool.run(task('who', { broken: true })), {
    instanceOf: UsageError,
    message: 'cannot be opened',
  });
  await t.throwsAsync(pool.run({ ...task('who'), module: new URL('./none.js', import.meta.url) }), {
    any: true,
    message: /none\.js/,
  });
});

test('a thread that ends or crashes fails its task, or is replaced when it has none', async (t) => {
  await using pool = openThreadPool(1);
  await t.throwsAsync(pool.run(task('exit')), { message: 'the worker ended with exit code 3' });
  // the crash may reach this task before its answer, the idle thread, or a task that follows in it
  const first = await pool.run(task('crash later')).catch(() => null);
  const who = (): Promise<unknown> => pool.run(task('who')).catch(() => first);
  let next = await who();
  while (next === first) next = await who();
  t.is(typeof next, 'number');
});

test('an abort ends the thread at once, or is told to the task, whose answer is waited for', async (t) => {
  await using pool = openThreadPool(1);
  const kill = new AbortController();
  const killed = pool.run(task('for ever'), {
    signal: kill.signal,
    onProgress: () => {
      kill.abort();
    },
  });
  await t.throwsAsync(killed, { any: true, name: 'AbortError' });
  const ask = new AbortController();
  const counts: unknown[] = [];
  const asked = pool.run(task('count until aborted'), {
    signal: ask.signal,
    onAbort: 'ask',
    onProgress: (count) => {
      counts.push(count);
      if (count === 3) ask.abort();
    },
  });
  t.is(await asked, 'aborted');
  t.deepEqual(counts.slice(0, 3), [1, 2, 3]);
  t.is(
    await pool.run(task('count until aborted'), { signal: AbortSignal.abort(), onAbort: 'ask' }),
    'aborted',
  );
});

test('a task that waits leaves the queue when it is aborted, and the next one gets its turn', async (t) => {
  await using pool = openThreadPool(1);
  const [first, second] = [new AbortController(), new AbortController()];
  const running = pool.run(task('for ever'), { signal: first.signal });
  const waiting = pool.run(task('who'), { signal: second.signal });
  const last = pool.run(task('who'));
  second.abort();
  await t.throwsAsync(waiting, { any: true, name: 'AbortError' });
  first.abort();
  await t.throwsAsync(running, { any: true, name: 'AbortError' });
  t.is(typeof (await last), 'number');
});

test('a turn that comes together with an abort goes on to the next', async (t) => {
  await using pool = openThreadPool(1);
  const both = new AbortController();
  const running = pool.run(task('for ever'), { signal: both.signal });
  const waiting = pool.run(task('who'), { signal: both.signal });
  const last = pool.run(task('who'));
  both.abort();
  await t.throwsAsync(running, { any: true, name: 'AbortError' });
  await t.throwsAsync(waiting, { any: true, name: 'AbortError' });
  t.is(typeof (await last), 'number');
});

test('a closed pool rejects what runs, what waits and what comes', async (t) => {
  const pool = openThreadPool(1);
  const tasks = [pool.run(task('for ever')), pool.run(task('who'))];
  const closed = { name: 'TrainingError', message: 'the thread pool is closed' };
  const rejections = tasks.map((one) => t.throwsAsync(one, closed));
  await pool.close();
  await Promise.all(rejections);
  await t.throwsAsync(pool.run(task('who')), closed);
  await pool.close();
});
