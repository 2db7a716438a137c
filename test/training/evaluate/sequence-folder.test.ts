import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { UsageError } from '../../../src/core/errors.js';
import { listSequences } from '../../../src/training/evaluate/sequence-folder.js';
import { movingSquare, temporaryFolder, writeSequence } from './helpers/scripted.js';

test('folders with ground truth are sequences, by name; a video goes before frames', async (t) => {
  const root = await temporaryFolder(t);
  for (const name of ['b', 'a']) await writeSequence(root, name, movingSquare(1));
  await writeFile(join(root, 'b', 'video.mp4'), '');
  await mkdir(join(root, 'c'));
  const found = await listSequences(root);
  t.deepEqual(
    found.map(({ name, input, truth }) => ({ name, input, frames: truth.length })),
    [
      { name: 'a', input: join(root, 'a', 'frames'), frames: 1 },
      { name: 'b', input: join(root, 'b', 'video.mp4'), frames: 1 },
    ],
  );
});

test('only and skip choose by name', async (t) => {
  const root = await temporaryFolder(t);
  for (const name of ['a', 'b', 'c']) await writeSequence(root, name, movingSquare(1));
  const names = async (choice: Parameters<typeof listSequences>[1]): Promise<string[]> =>
    (await listSequences(root, choice)).map(({ name }) => name);
  t.deepEqual(await names({ only: ['c', 'a'] }), ['a', 'c']);
  t.deepEqual(await names({ skip: ['b'] }), ['a', 'c']);
  await t.throwsAsync(names({ only: ['d'] }), {
    instanceOf: UsageError,
    message: `only "d": no such sequence in "${root}"`,
  });
  await t.throwsAsync(names({ skip: ['d'] }), { instanceOf: UsageError });
  await t.throwsAsync(names({ only: ['a'], skip: ['a'] }), {
    message: `sequences "${root}": only and skip leave none over`,
  });
});

test('a missing folder, an empty one and a sequence without frames are told apart', async (t) => {
  const root = await temporaryFolder(t);
  const nowhere = join(root, 'nowhere');
  await t.throwsAsync(listSequences(nowhere), {
    instanceOf: UsageError,
    message: `sequences "${nowhere}": no such folder`,
  });
  await t.throwsAsync(listSequences(root), {
    message: `sequences "${root}": no folder inside holds a groundtruth.txt`,
  });
  await writeSequence(root, 'a', movingSquare(1));
  await rm(join(root, 'a', 'frames'), { recursive: true });
  await t.throwsAsync(listSequences(root), {
    instanceOf: UsageError,
    message: `sequence "${join(root, 'a')}": neither video.mp4 nor frames/ beside groundtruth.txt`,
  });
});
