import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cacheSequence, openCached, startsOf } from '../../../bench/tune/cache.js';
import { openScorer } from '../../../bench/tune/scorer.js';
import { createSiameseTracker } from '../../../src/core/tracking/siamese/siamese-tracker.js';
import { openOnnxNetwork } from '../../../src/runtime/inference/onnx-network.js';
import { openSource } from '../../../src/runtime/sources/open-source.js';
import { evaluate, listSequences } from '../../../src/training/evaluate/index.js';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';
import {
  movingSquare,
  shifted,
  temporaryFolder,
  writeSequence,
} from '../../training/evaluate/helpers/scripted.js';

test('cached frames are those of the source', async (t) => {
  const root = await temporaryFolder(t);
  await writeSequence(root, 'a', movingSquare(3));
  const [sequence] = await listSequences(root);
  const cached = openCached(await cacheSequence(sequence!));
  await using source = await openSource(sequence!.input);
  const again = cached.frames()[Symbol.asyncIterator]();
  for await (const frame of source.frames()) {
    const { value } = (await again.next()) as IteratorYieldResult<typeof frame>;
    t.deepEqual(
      value.planes.map(({ data }) => Buffer.from(data).toString('hex')),
      frame.planes.map(({ data }) => Buffer.from(data).toString('hex')),
    );
    frame.dispose();
  }
  t.true((await again.next()).done);
});

test('scores over threads are those of the evaluation, with and without other parameters', async (t) => {
  const root = await temporaryFolder(t);
  const model = join(root, 'model');
  const data = join(root, 'data');
  await mkdir(model);
  await writeTinyModel(model);
  const truth = movingSquare(8);
  await writeSequence(data, 'a', truth);
  await writeSequence(
    data,
    'b',
    truth.map((box) => shifted(box, 10)),
  );
  const folders = await listSequences(data);
  const cached = [await cacheSequence(folders[0]!), await cacheSequence(folders[1]!)];
  await using scorer = await openScorer(model, cached, 2);
  const network = await openOnnxNetwork(model);
  t.teardown(() => network.dispose());
  for (const setting of [{}, { windowInfluence: 0.9, sizeRate: 0.9 }]) {
    const { sequences } = await evaluate({
      sequences: data,
      createTracker: () => Promise.resolve(createSiameseTracker(network, setting)),
      openSequence: (path) => openSource(path),
    });
    t.deepEqual(
      await scorer.scoreAll(setting, [1, 0]),
      [sequences[1]!, sequences[0]!].map(({ auc }) => auc),
    );
  }
  const outOfReach = [2, 2, 2, 2];
  t.is(await scorer.race({ windowInfluence: 1 }, [0, 1, 0, 1], outOfReach, 0.01), null);
});

test('a sequence begun at several places plays from there, with its own truth', async (t) => {
  const root = await temporaryFolder(t);
  await writeSequence(root, 'a', movingSquare(40));
  const [sequence] = await listSequences(root);
  const cached = await cacheSequence(sequence!);
  const runs = startsOf(cached, 3);
  t.deepEqual(
    runs.map(({ first, sequence: { name, truth } }) => [first, name, truth.length]),
    [
      [0, 'a', 40],
      [13, 'a@13', 27],
      [26, 'a@26', 14],
    ],
  );
  t.deepEqual(runs[1]!.sequence.truth[0], sequence!.truth[13]);
  const bytes = async (of: typeof cached, wanted: number): Promise<string> => {
    let index = 0;
    for await (const frame of openCached(of).frames()) {
      if (index === wanted) return Buffer.from(frame.planes[0]!.data).toString('hex');
      index += 1;
    }
    return 'none';
  };
  t.is(await bytes(runs[1]!, 0), await bytes(cached, 13));
  t.is(startsOf(cached, 8).length, 7, 'what is shorter than ten frames is left out');
});
