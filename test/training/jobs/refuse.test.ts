import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { JobKind } from '../../../src/training/jobs/job.js';
import { lookAt } from '../../../src/training/jobs/look.js';
import { placeMark, removeMark } from '../../../src/training/jobs/queue/folder-mark.js';
import { parseQueueAddress } from '../../../src/training/jobs/queue/queue-address.js';
import { jobIdOf, type QueuedJob } from '../../../src/training/jobs/queue/queued-job.js';
import { reasonToRefuse } from '../../../src/training/jobs/queue/refuse.js';

test('a worker takes a job only where it sees the same folder and the same files', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-refuse-'));
  t.teardown(() => rm(dir, { recursive: true, force: true }));
  const [model, store] = [join(dir, 'model'), join(dir, 'store')];
  await writeFile(model, 'weights');
  await writeFile(store, 'frames');
  const kind: JobKind = {
    name: 'k',
    module: new URL('none:'),
    look: ({ setup }) =>
      setup['broken'] === true ? Promise.reject(new Error('cannot look')) : lookAt([model, store]),
  };
  const job: QueuedJob = {
    version: '1',
    kind: 'k',
    name: 'clip',
    setup: {},
    result: join(dir, 'out', 'clip.json'),
    seen: await lookAt([model, store]),
    mark: await placeMark(join(dir, 'out')),
  };
  const ability = { kinds: [kind], version: '1' };
  const reason = async (data: unknown = job): Promise<string | null> => {
    return (await reasonToRefuse(data, ability)).reason;
  };
  t.is(await reason(), null);
  t.deepEqual(await reasonToRefuse(job, ability), { reason: null, job });
  t.deepEqual(await placeMark(join(dir, 'out')), job.mark, 'a mark that is there is taken over');

  t.is(await reason({ ...job, kind: 'other' }), 'jobs of kind "other" are not known here');
  t.is(await reason({ ...job, version: '2' }), 'queued by version 2 of the program, this is 1');
  t.is(await reason({ ...job, extra: true }), 'queued by version 1 of the program, this is 1');
  t.regex((await reason(null))!, /version unknown/);
  t.is(await reason({ ...job, setup: { broken: true } }), 'cannot look');
  const other = { ...job, mark: { ...job.mark, token: 'of another folder' } };
  t.is(await reason(other), `${job.mark.path} is not there: the folder is not shared`);
  await writeFile(model, 'other weights');
  t.is(await reason(), `${model} is another file than where the job comes from`);
  await writeFile(model, 'weights');
  await rm(store);
  t.is(await reason(), `${store} is not there`);
  await writeFile(store, 'frames');
  t.is(await reason(), null);
  await removeMark(job.mark);
  t.regex((await reason())!, /the folder is not shared/);
});

test('a job’s id says what it is, and changes with whatever shapes the result', (t) => {
  const job = {
    version: '1',
    kind: 'mine',
    name: 'a.b-c',
    setup: { x: 1, y: 2 },
    result: '/r',
    seen: { '/m': '1' },
  };
  const id = jobIdOf(job);
  t.regex(id, /^mine-[0-9a-f]{16}-a\.b-c$/);
  t.is(jobIdOf({ ...job, setup: { y: 2, x: 1 } }), id);
  const others = [{ version: '2' }, { setup: {} }, { result: '/s' }, { seen: { '/m': '2' } }];
  t.is(new Set([id, ...others.map((change) => jobIdOf({ ...job, ...change }))]).size, 5);
});

test('an address is a Redis URL; messages show it without its password', (t) => {
  const shown = {
    'redis://localhost': 'redis://localhost',
    'redis://10.0.0.1:6380/2': 'redis://10.0.0.1:6380/2',
    'rediss://user:pass@host:1': 'rediss://user@host:1',
    'redis://:p@ss:word@host': 'redis://host',
    'redis://[::1]:6379': 'redis://[::1]:6379',
  };
  for (const [url, expected] of Object.entries(shown)) {
    t.deepEqual(parseQueueAddress(url), { url, shown: expected });
  }
  for (const url of [
    '',
    'host:6379',
    'http://host',
    'redis://',
    'redis://h/x',
    'redis://h?db=1',
    'redis://h:port',
  ]) {
    t.throws(() => parseQueueAddress(url), { name: 'UsageError', message: /^--queue ".*": must be redis:/ });
  }
  const hidden = t.throws(() => parseQueueAddress('amqp://me:secret@host'), { name: 'UsageError' });
  t.false(hidden.message.includes('secret'));
});
