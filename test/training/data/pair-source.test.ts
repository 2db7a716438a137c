import test from 'ava';
import { isValidBox } from '../../../src/core/geometry/box.js';
import { openBatchSource } from '../../../src/training/data/batch-source.js';
import type { BatchWorkerData } from '../../../src/training/data/batch-messages.js';
import { PairBatch } from '../../../src/training/data/pair-batch.js';
import { PairSource, type PairSourceOptions } from '../../../src/training/data/pair-source.js';
import { asPictureStore, type PictureStore } from '../../../src/training/data/picture-store.js';
import { PlacePicker } from '../../../src/training/data/place-picker.js';
import { ObjectBatch } from '../../../src/training/discriminate/object-batch.js';
import { ObjectSource, type ObjectSourceOptions } from '../../../src/training/discriminate/object-source.js';
import { tiny } from '../../../src/training/network/spec.js';
import { pairAugmentation } from '../../../src/training/presets.js';
import { type FrameStore, openFrameStore } from '../../../src/training/store/frame-store.js';
import { createRandom } from '../../../src/core/random.js';
import { makeRenderedStore, renderedClips, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;
let frames: FrameStore;
let store: PictureStore;

test.before(async () => {
  rendered = await makeRenderedStore();
  frames = await openFrameStore(rendered.dir);
  store = asPictureStore(frames);
});

test.after.always(async () => {
  await frames.close();
  await rendered.remove();
});

const box = { cx: 40, cy: 40, width: 24, height: 20 };
const pairs: PairSourceOptions = {
  spec: tiny,
  batchSize: 4,
  seed: 5,
  ...pairAugmentation,
  tracklets: [
    {
      clip: renderedClips.squares,
      sightings: [0, 2, 6].map((frame, i) => ({ frame, box: { ...box, cx: 40 + frame }, grade: 1 - i / 4 })),
    },
  ],
  minedShare: 0.5,
  maxInterval: 3,
  imageShare: 0.4,
};
const objects: ObjectSourceOptions = {
  spec: tiny,
  objects: 3,
  backgrounds: 2,
  seed: 5,
  augmentation: pairAugmentation.self.search,
  imageShare: 0.4,
};

/** Copies of the batches' whole memory. */
function renderPairs(options: PairSourceOptions, indices: readonly number[]): Buffer[] {
  const source = new PairSource(store, options);
  const batch = new PairBatch(options);
  return indices.map((index) => {
    source.render(index, batch);
    return Buffer.from(Buffer.from(batch.buffer));
  });
}

function renderObjects(options: ObjectSourceOptions, indices: readonly number[]): Buffer[] {
  const source = new ObjectSource(store, options);
  const batch = new ObjectBatch(options);
  return indices.map((index) => {
    source.render(index, batch);
    return Buffer.from(Buffer.from(batch.buffer));
  });
}

test('a batch of pairs depends on its index and the seed alone, not on who renders it or in what order', (t) => {
  const forwards = renderPairs(pairs, [0, 1, 2, 3]);
  const backwards = renderPairs(pairs, [3, 2, 1, 0]).reverse();
  forwards.forEach((batch, index) => {
    t.true(batch.equals(backwards[index]!), `batch ${index}`);
  });
  t.is(new Set(forwards.map((batch) => batch.toString('base64'))).size, 4, 'other indices, other pairs');
  t.false(forwards[0]!.equals(renderPairs({ ...pairs, seed: 6 }, [0])[0]!), 'another seed, another batch');
});

test('a batch of objects depends on its index and the seed alone', (t) => {
  const forwards = renderObjects(objects, [0, 1, 2]);
  const backwards = renderObjects(objects, [2, 1, 0]).reverse();
  forwards.forEach((batch, index) => {
    t.true(batch.equals(backwards[index]!), `batch ${index}`);
  });
  t.is(new Set(forwards.map((batch) => batch.toString('base64'))).size, 3);
  t.false(forwards[0]!.equals(renderObjects({ ...objects, seed: 6 }, [0])[0]!));
});

test('worker threads, however many, render what the calling thread renders', async (t) => {
  const wanted = renderPairs(pairs, [2, 3, 4, 5, 6, 7]);
  const data: BatchWorkerData = { storeDir: rendered.dir, kind: 'pairs', options: pairs };
  for (const workers of [1, 2]) {
    await using source = openBatchSource({
      data,
      createBatch: () => new PairBatch(pairs),
      firstIndex: 2,
      workers,
      ahead: 2,
    });
    for (const [i, bytes] of wanted.entries()) {
      const { buffer } = await source.next();
      t.true(bytes.equals(Buffer.from(buffer)), `batch ${2 + i} of ${workers} workers`);
    }
  }
  const [crops] = renderObjects(objects, [0]);
  await using source = openBatchSource({
    data: { storeDir: rendered.dir, kind: 'objects', options: objects },
    createBatch: () => new ObjectBatch(objects),
    firstIndex: 0,
  });
  t.true(crops!.equals(Buffer.from((await source.next()).buffer)));
});

test('a data worker that cannot work is told as a training error, and a closed source gives nothing', async (t) => {
  const open = (storeDir: string) =>
    openBatchSource({
      data: { storeDir, kind: 'pairs', options: pairs },
      createBatch: () => new PairBatch(pairs),
      firstIndex: 0,
    });
  await using nowhere = open(`${rendered.scratch}/nowhere`);
  const wanted = { name: 'TrainingError', message: /the data worker failed: .*no frame store here/ };
  await t.throwsAsync(nowhere.next(), wanted);
  await t.throwsAsync(nowhere.next(), wanted, 'and again');
  const closed = open(rendered.dir);
  await closed.close();
  await closed.close();
  await t.throwsAsync(closed.next(), { name: 'TrainingError', message: 'the batch source is closed' });
});

test('self-pairs weigh 1; a mined pair weighs as much as its less trusted box', (t) => {
  const draw = (minedShare: number, maxInterval: number): Set<number> => {
    const options = { ...pairs, minedShare, maxInterval, batchSize: 16 };
    const batch = new PairBatch(options);
    const source = new PairSource(store, options);
    const weights = new Set<number>();
    for (let index = 0; index < 3; index += 1) {
      source.render(index, batch);
      for (const { weight, box } of batch.facts()) {
        weights.add(weight);
        t.true(isValidBox(box));
      }
    }
    return weights;
  };
  t.deepEqual([...draw(0, 3)], [1]);
  // grades 1, 0.75, 0.5 in frames 0, 2, 6: within 3 frames the last can only be paired with itself
  t.deepEqual([...draw(1, 3)].sort(), [0.5, 0.75, 1]);
  t.deepEqual([...draw(1, 0)].sort(), [0.5, 0.75, 1], 'an interval of 0 leaves each to itself');
});

test('mined pairs are no farther apart than the interval', (t) => {
  const reads: [clip: string, frame: number][] = [];
  const spy: PictureStore = {
    ...store,
    readFrame: (clip, frame, into) => {
      reads.push([clip, frame]);
      return store.readFrame(clip, frame, into);
    },
  };
  const plain = {
    ...pairAugmentation.mined.search,
    distractorProbability: 0,
    occlusionProbability: 0,
    replacementProbability: 0,
  };
  const options = {
    ...pairs,
    minedShare: 1,
    batchSize: 24,
    maxInterval: 4,
    mined: { greyProbability: 0, template: plain, search: plain },
  };
  new PairSource(spy, options).render(0, new PairBatch(options));
  t.is(reads.length, 48);
  const gaps = new Set<number>();
  for (let i = 0; i < reads.length; i += 2) {
    t.is(reads[i]![0], renderedClips.squares);
    gaps.add(Math.abs(reads[i]![1] - reads[i + 1]![1]));
  }
  t.deepEqual([...gaps].sort(), [0, 2, 4], 'and never 6');
});

test('images and videos are drawn by their share, from whichever there are', (t) => {
  const kinds = (share: number, clips = store.clips): Set<string> => {
    const picker = new PlacePicker({ ...store, clips }, share, tiny);
    const random = createRandom(1);
    return new Set(Array.from({ length: 40 }, () => picker.draw(random).clip.split('-')[0]!));
  };
  t.deepEqual([...kinds(1)], ['image']);
  t.deepEqual([...kinds(0)], ['video']);
  t.deepEqual([...kinds(0.5)].sort(), ['image', 'video']);
  const only = (kind: string) => store.clips.filter((clip) => clip.kind === kind);
  t.deepEqual([...kinds(0, only('image'))], ['image']);
  t.deepEqual([...kinds(1, only('video'))], ['video']);
});

test('a store without a proposed box is refused', (t) => {
  const empty: PictureStore = { ...store, proposals: () => [[]] };
  t.throws(() => new PlacePicker(empty, 0.5, tiny), { name: 'TrainingError', message: /no proposed box/ });
});
