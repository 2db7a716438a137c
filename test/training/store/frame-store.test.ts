import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { TrainingError } from '../../../src/core/errors.js';
import { createDescriptorCache } from '../../../src/training/store/descriptor-cache.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';

const clip = {
  name: 'video-a',
  kind: 'video',
  frames: 3,
  width: 4,
  height: 2,
  fullRange: false,
  stride: 2,
  firstFrame: 0,
  fps: 25,
  cuts: [],
  active: { x: 0, y: 0, width: 4, height: 2 },
  source: { path: 'a.mp4', bytes: 1, modifiedMs: 1 },
};

/** Three frames of 12 bytes, byte k of the file is k. */
async function withStore(run: (dir: string) => Promise<void>, extra: object = {}): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-store-'));
  try {
    for (const folder of ['clips', 'proposals']) await mkdir(join(dir, folder));
    await writeFile(
      join(dir, 'clips/video-a.yuv'),
      Uint8Array.from({ length: 36 }, (_, k) => k),
    );
    const frames = [[[2, 1, 2, 2, 0.5, 1]], [], [[1, 1, 2, 1, 0.25, 0]]];
    await writeFile(
      join(dir, 'proposals/video-a.json'),
      JSON.stringify({ format: 'tagalong-proposals/1', frames }),
    );
    const index = { format: 'tagalong-frames/1', clips: [{ ...clip, ...extra }] };
    await writeFile(join(dir, 'index.json'), JSON.stringify(index));
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

test('frames are read at random into the caller’s buffer', (t) =>
  withStore(async (dir) => {
    await using store = await openFrameStore(dir);
    const buffer = new Uint8Array(store.frameBytes(store.clips[0]!));
    t.is(buffer.length, 12);
    for (const index of [2, 0, 1]) {
      const { planes, sequence, format } = store.readFrame(store.clips[0]!, index, buffer);
      t.deepEqual([format, sequence], ['yuv420p', index]);
      t.is(planes[0]!.data.buffer, buffer.buffer);
      t.deepEqual(
        [planes[0]!.data[0], planes[1]!.data[0], planes[2]!.data[1]],
        [12 * index, 12 * index + 8, 12 * index + 11],
      );
    }
  }));

test('proposals come back a list a frame', (t) =>
  withStore(async (dir) => {
    await using store = await openFrameStore(dir);
    t.deepEqual(store.proposals(store.clips[0]!), [
      [{ cx: 2, cy: 1, width: 2, height: 2, score: 0.5, kind: 'motion' }],
      [],
      [{ cx: 1, cy: 1, width: 2, height: 1, score: 0.25, kind: 'edge' }],
    ]);
    t.is(store.proposals(store.clips[0]!), store.proposals(store.clips[0]!));
  }));

test('what is not in the store is an error that says so', (t) =>
  withStore(async (dir) => {
    await using store = await openFrameStore(dir);
    const [first] = store.clips;
    for (const index of [-1, 3, 0.5])
      t.throws(() => store.readFrame(first!, index), { message: /frames 0\.\.2/ });
    t.throws(() => store.readFrame(first!, 0, new Uint8Array(5)), { message: /12 bytes, got 5/ });
    await truncate(join(dir, 'clips/video-a.yuv'), 30);
    t.throws(() => store.readFrame(first!, 2), {
      instanceOf: TrainingError,
      message: /video-a\.yuv.*6 bytes short/,
    });
    await writeFile(join(dir, 'proposals/video-a.json'), '{"format": 1}');
    t.throws(() => store.proposals(first!), { instanceOf: TrainingError, message: /video-a\.json: format/ });
    await store.close();
    await store.close();
  }));

test('an unknown key in the index is an error', (t) =>
  withStore(
    async (dir) => {
      await t.throwsAsync(openFrameStore(dir), {
        instanceOf: TrainingError,
        message: /index\.json: clips\.0.*colour/,
      });
    },
    { colour: 'red' },
  ));

test('no more files are open than the cache may hold, and all can still be read', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-cache-'));
  const cache = createDescriptorCache(2);
  try {
    for (let k = 0; k < 5; k++) await writeFile(join(dir, `${k}`), Uint8Array.of(k));
    const into = new Uint8Array(1);
    for (const k of [0, 1, 2, 0, 4, 3, 3, 1]) {
      cache.read(join(dir, `${k}`), into, 1, 0);
      t.is(into[0], k);
    }
    t.throws(
      () => {
        cache.read(join(dir, 'none'), into, 1, 0);
      },
      { instanceOf: TrainingError, message: /none/ },
    );
  } finally {
    cache.close();
    await rm(dir, { recursive: true, force: true });
  }
});
