import test from 'ava';
import type { Box } from '../../../src/core/geometry/box.js';
import { PairBatch, type PairFacts } from '../../../src/training/data/pair-batch.js';
import { PairSource, type PairSourceOptions, type Tracklet } from '../../../src/training/data/pair-source.js';
import { asPictureStore } from '../../../src/training/data/picture-store.js';
import { tiny } from '../../../src/training/network/spec.js';
import { pairAugmentation } from '../../../src/training/presets.js';
import { type FrameStore, openFrameStore } from '../../../src/training/store/frame-store.js';
import { makeRenderedStore, renderedClips, type RenderedStore } from '../../support/rendered-store.js';

let rendered: RenderedStore;
let store: FrameStore;

test.before(async () => {
  rendered = await makeRenderedStore();
  store = await openFrameStore(rendered.dir);
});

test.after.always(async () => {
  await store[Symbol.asyncDispose]();
  await rendered.remove();
});

function tracklet(clip: string, box: Box, grade: number): Tracklet {
  return { clip, sightings: [0, 1, 2, 3].map((frame) => ({ frame, box, grade })) };
}

// a pair's weight tells whose template it has, clip and shape whose search
const [wideGrade, tallGrade, farGrade] = [0.875, 0.625, 0.375];
const tracklets = [
  tracklet(renderedClips.squares, { cx: 50, cy: 48, width: 42, height: 12 }, wideGrade),
  tracklet(renderedClips.squares, { cx: 110, cy: 48, width: 12, height: 42 }, tallGrade),
  tracklet(renderedClips.flight, { cx: 80, cy: 48, width: 24, height: 24 }, farGrade),
];

function pairs(batches: number, wrongShare?: number): PairFacts[] {
  const options: PairSourceOptions = {
    spec: tiny,
    batchSize: 16,
    seed: 5,
    ...pairAugmentation,
    tracklets,
    minedShare: 1,
    maxInterval: 3,
    imageShare: 0,
    ...(wrongShare === undefined ? {} : { wrongShare }),
  };
  const source = new PairSource(asPictureStore(store), options);
  return Array.from({ length: batches }, (_, index) => {
    const batch = new PairBatch(options);
    source.render(index, batch);
    return batch.facts();
  }).flat();
}

function isWrong({ weight, clip, box }: PairFacts): boolean {
  const far = store.clips[clip]!.name === renderedClips.flight;
  if (weight === farGrade) return !far;
  return far || box.width > box.height !== (weight === wideGrade);
}

test('mined pairs show one object, unless a share is to be wrong', (t) => {
  t.is(pairs(3).filter(isWrong).length, 0);
  t.is(pairs(3, 0).filter(isWrong).length, 0);
  const all = pairs(3, 1);
  t.true(all.every(isWrong));
  const sameClip = all.filter(
    ({ weight, clip }) => weight !== farGrade && store.clips[clip]!.name === renderedClips.squares,
  );
  t.true(sameClip.length > 5, 'look-alikes of the same clip are among them');
  const some = pairs(8, 0.4).filter(isWrong).length / 128;
  t.true(some > 0.25 && some < 0.55, `${some}`);
});
