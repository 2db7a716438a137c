import test from 'ava';
import type { Job, JobRunner } from '../../../src/training/jobs/job.js';
import { runJobs } from '../../../src/training/jobs/run-jobs.js';

const jobs: Job[] = ['a', 'b', 'c', 'd'].map((name) => ({ kind: 'k', name, setup: {}, result: `/${name}` }));

/** Does what `act` does; remembers what was begun. */
function runner(width: number, act: (job: Job, signal?: AbortSignal) => Promise<void>) {
  const begun: string[] = [];
  const run: JobRunner['run'] = (job, signal) => {
    begun.push(job.name);
    return act(job, signal);
  };
  return { begun, width, run };
}

test('every job is run once, a lane’s next one after the last was told', async (t) => {
  const order: string[] = [];
  const one = runner(1, ({ name }) => {
    order.push(`run ${name}`);
    return Promise.resolve();
  });
  await runJobs(one, jobs, { onDone: ({ name }) => order.push(`done ${name}`) });
  t.deepEqual(
    order,
    jobs.flatMap(({ name }) => [`run ${name}`, `done ${name}`]),
  );
  await runJobs(one, []);
});

test('the first failure stops the others and is what is thrown', async (t) => {
  const two = runner(2, ({ name }, signal) =>
    name === 'b'
      ? Promise.reject(new Error('b is bad'))
      : new Promise((_, reject) => {
          signal!.addEventListener('abort', () => {
            reject(new Error('stopped'));
          });
        }),
  );
  await t.throwsAsync(runJobs(two, jobs), { message: 'b is bad' });
  t.deepEqual(two.begun, ['a', 'b']);
});

test('an abort stops all with the signal’s reason', async (t) => {
  const stop = new AbortController();
  const one = runner(1, () => Promise.resolve());
  const run = runJobs(one, jobs, {
    signal: stop.signal,
    onDone: () => {
      stop.abort(new Error('enough'));
    },
  });
  await t.throwsAsync(run, { message: 'enough' });
  t.deepEqual(one.begun, ['a']);
});
