import test from 'ava';
import { heldOutClips } from '../../../src/training/data/hold-out.js';
import { asPictureStore } from '../../../src/training/data/picture-store.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { makeRenderedStore, renderedClips } from '../../support/rendered-store.js';

type Clip = Parameters<typeof heldOutClips>[0][number];

const video = (path: string, part = 0): Clip => ({
  name: `video-${path}-${part}`,
  kind: 'video',
  source: { path, bytes: 1, modifiedMs: 1 },
});
const videos = (count: number): Clip[] => Array.from({ length: count }, (_, i) => video(`v${i}`));

test('a tenth of the videos is held out, the same ones in any order', (t) => {
  const held = heldOutClips(videos(57));
  t.is(held.length, 5);
  t.deepEqual(heldOutClips(videos(57).reverse()).sort(), [...held].sort());
  t.is(heldOutClips(videos(9)).length, 0);
  const image: Clip = { ...video('picture'), kind: 'image' };
  t.deepEqual(heldOutClips([...videos(57), ...Array.from({ length: 90 }, () => image)]), held);
});

test('a few more videos leave most of the choice as it was', (t) => {
  const held = heldOutClips(videos(100));
  const more = heldOutClips(videos(110));
  t.true(held.filter((name) => more.includes(name)).length >= 8);
});

test('a video is held out with all its clips', (t) => {
  const held = heldOutClips(videos(10));
  const path = held[0]!.split('-')[1]!;
  t.deepEqual(heldOutClips([...videos(10), video(path, 1)]), [held[0]!, `video-${path}-1`]);
});

test('what is held out does not exist for the sources of pairs', async (t) => {
  const rendered = await makeRenderedStore();
  t.teardown(() => rendered.remove());
  await using store = await openFrameStore(rendered.dir);
  const all = asPictureStore(store).clips.map(({ name }) => name);
  const left = asPictureStore(store, [renderedClips.flight]);
  t.deepEqual(
    left.clips.map(({ name }) => name),
    all.filter((name) => name !== renderedClips.flight),
  );
  t.throws(() => left.proposals(renderedClips.flight), { name: 'TrainingError' });
});
