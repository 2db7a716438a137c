import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ModelError, UsageError } from '../../../src/core/errors.js';
import { flattenError, reviveError } from '../../../src/training/jobs/plain-error.js';
import { openWorkerPool } from '../../../src/cli/evaluation/worker-pool.js';
import { listSequences, type SequenceFolder } from '../../../src/training/evaluate/index.js';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';
import { movingSquare, temporaryFolder, writeSequence } from '../../training/evaluate/helpers/scripted.js';

async function prepare(
  t: ExecutionContext,
  frames: number,
): Promise<{ model: string; sequence: SequenceFolder }> {
  const root = await temporaryFolder(t);
  const model = join(root, 'model');
  await mkdir(model);
  await writeTinyModel(model);
  await writeSequence(join(root, 'data'), 'a', movingSquare(frames));
  return { model, sequence: (await listSequences(join(root, 'data')))[0]! };
}

test('a worker runs one sequence after the other and tells how far it is', async (t) => {
  const { model, sequence } = await prepare(t, 20);
  await using pool = await openWorkerPool(1, { model, parameters: {} });
  const seen: number[] = [];
  const first = await pool.run(sequence, { onFrame: (frames) => seen.push(frames), pictures: false });
  const second = await pool.run(sequence, { pictures: true });
  t.deepEqual(seen, [10, 20]);
  t.is(first.problem, null);
  t.is(first.updateMs.length, 19);
  t.deepEqual(first.answers, second.answers);
  t.true(first.failures.every(({ picture }) => picture === null));
});

test('an abort reaches the worker, which can run again afterwards', async (t) => {
  const { model, sequence } = await prepare(t, 20);
  await using pool = await openWorkerPool(1, { model, parameters: {} });
  const cut = await pool.run(sequence, { signal: AbortSignal.abort() });
  t.regex(cut.problem ?? '', /^a: aborted after \d+ of 20 frames$/);
  t.is((await pool.run(sequence, {})).problem, null);
});

test('more runs than workers wait for their turn', async (t) => {
  const { model, sequence } = await prepare(t, 3);
  await using pool = await openWorkerPool(1, { model, parameters: {} });
  const runs = await Promise.all([pool.run(sequence, {}), pool.run(sequence, {})]);
  t.deepEqual(
    runs.map(({ problem }) => problem),
    [null, null],
  );
});

test('a model that cannot be opened is told with its own error', async (t) => {
  const root = await temporaryFolder(t);
  await t.throwsAsync(openWorkerPool(2, { model: join(root, 'none'), parameters: {} }), {
    instanceOf: UsageError,
  });
});

test('errors keep class and message across threads', (t) => {
  const error = reviveError(flattenError(new ModelError('wrong hash')));
  t.true(error instanceof ModelError);
  t.is(error.message, 'wrong hash');
  t.is(reviveError(flattenError(new RangeError('x'))).message, 'x');
  t.is(reviveError(flattenError('plain')).message, 'plain');
});
