import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { TrainingError, UsageError } from '../../../src/core/errors.js';
import { ingest } from '../../../src/training/ingest/ingest.js';
import type { IngestOptions } from '../../../src/training/ingest/ingest-options.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { openScene, snapshot, writeImage, writeVideos } from './fixture.js';
import { sceneFrame } from './rendered.js';

async function workplace(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-ingest-'));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function options(dir: string, more: Partial<IngestOptions> = {}): IngestOptions {
  return { videos: join(dir, 'videos'), out: join(dir, 'store'), openVideo: openScene, threads: 0, ...more };
}

const frameSize = 96 * 64 * 1.5;

test('videos and images become clips whose frames are the pictures', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '6 1' });
    await mkdir(join(dir, 'images/deep'), { recursive: true });
    await writeImage(join(dir, 'images/deep/one.png'), 2);
    const report = await ingest(options(dir, { images: join(dir, 'images') }));
    t.like(report, { clips: 2, frames: 7, bytes: 7 * frameSize, reused: 0 });
    t.deepEqual([report.failed, report.damaged, report.leftOut], [[], [], []]);

    await using store = await openFrameStore(join(dir, 'store'));
    t.deepEqual(
      store.clips.map(({ name, kind, frames }) => [name, kind, frames]),
      [
        ['image-deep_one', 'image', 1],
        ['video-a', 'video', 6],
      ],
    );
    const [image, video] = store.clips;
    const buffer = new Uint8Array(store.frameBytes(video!));
    for (const index of [5, 0, 3]) {
      const frame = store.readFrame(video!, index, buffer);
      t.deepEqual(frame.planes[0]!.data, sceneFrame(index).planes[0]!.data);
    }
    t.deepEqual(store.readFrame(image!, 0).planes[0]!.data, sceneFrame(0, 2).planes[0]!.data);
    t.is(store.proposals(video!).length, 6);
    t.true(store.proposals(video!).some((list) => list.length > 0));
  }));

test('a corrupt video is named and skipped, a damaged one used up to its fault', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), {
      'good.mkv': '5 1',
      'bad.mp4': 'not a video',
      'torn.avi': '12 3 unplugged',
      'notes.txt': 'no video at all',
    });
    const { clips, failed, damaged } = await ingest(options(dir));
    t.is(clips, 2);
    t.deepEqual(
      failed.map(({ path }) => path),
      ['bad.mp4'],
    );
    t.regex(failed[0]!.reason, /moov atom/);
    t.deepEqual(
      damaged.map(({ path }) => path),
      ['torn.avi'],
    );
    t.regex(damaged[0]!.reason, /unplugged .*frame 11/);
  }));

test('when every source is bad the stage fails, naming the first', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'bad.mp4': 'x' });
    await t.throwsAsync(ingest(options(dir)), { instanceOf: TrainingError, message: /bad\.mp4.*moov/ });
    await t.throwsAsync(openFrameStore(join(dir, 'store')), {
      instanceOf: TrainingError,
      message: /not finished/,
    });
  }));

test('the store never grows beyond its bound, and says what was left out', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '6 1', 'b.mp4': '6 2', 'c.mp4': '6 3' });
    const maxBytes = 13 * frameSize;
    const notes: string[] = [];
    const nothing = (): void => undefined;
    const progress = {
      start: nothing,
      advance: nothing,
      finish: nothing,
      note: (text: string) => void notes.push(text),
    };
    const report = await ingest(options(dir, { maxBytes, progress }));
    t.is(report.clips, 2);
    t.is(report.leftOut.length, 1);
    t.is(report.bytes, 12 * frameSize);
    t.is((await readdir(join(dir, 'store/clips'))).length, 2);
    t.true(
      notes.some((text) => /1 left out.*maxBytes/.test(text)),
      notes.join('\n'),
    );
    await t.throwsAsync(ingest(options(dir, { maxBytes: 10, out: join(dir, 'tiny') })), {
      instanceOf: TrainingError,
      message: /maxBytes/,
    });
  }));

test('a second run does nothing twice; changed sources are done again, lost ones removed', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '4 1', 'b.mp4': '4 2', 'c.mp4': '4 3' });
    let opened: string[] = [];
    const openVideo: IngestOptions['openVideo'] = (path) => {
      opened.push(path.slice(-5));
      return openScene(path);
    };
    await ingest(options(dir, { openVideo }));
    const before = await snapshot(join(dir, 'store'));
    opened = [];
    t.is((await ingest(options(dir, { openVideo }))).reused, 3);
    t.deepEqual(opened, []);
    t.deepEqual(await snapshot(join(dir, 'store')), before);

    await writeVideos(join(dir, 'videos'), { 'b.mp4': '5 12' });
    await rm(join(dir, 'videos/c.mp4'));
    t.like(await ingest(options(dir, { openVideo })), { clips: 2, frames: 9, reused: 1 });
    t.deepEqual(opened, ['b.mp4', 'b.mp4']); // two passes
    t.deepEqual((await readdir(join(dir, 'store/clips'))).sort(), ['video-a.yuv', 'video-b.yuv']);
  }));

test('another number of proposals keeps the frames', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '4 1' });
    await ingest(options(dir));
    const openVideo = () => Promise.reject(new Error('decoded again'));
    const report = await ingest(options(dir, { openVideo, proposalsPerFrame: 1 }));
    t.deepEqual(report.failed, []);
    await using store = await openFrameStore(join(dir, 'store'));
    t.true(store.proposals(store.clips[0]!).every((list) => list.length <= 1));
  }));

test('killed without warning and run again, it ends with the very bytes of an uninterrupted run', (t) =>
  workplace(async (dir) => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const videos = Object.fromEntries(names.map((name, index) => [`${name}.mp4`, `12 ${index + 1}`]));
    await writeVideos(join(dir, 'videos'), videos);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./ingest-child.js', import.meta.url)), join(dir, 'videos'), join(dir, 'store')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = once(child, 'exit');
    await once(child.stdout, 'data'); // one source at least is done
    child.kill('SIGKILL');
    t.deepEqual((await exited)[1], 'SIGKILL');
    t.false((await readdir(join(dir, 'store'))).includes('index.json'));

    const report = await ingest(options(dir));
    t.true(report.reused >= 1 && report.reused < 5, `${report.reused}`);
    await ingest(options(dir, { out: join(dir, 'whole') }));
    t.deepEqual(await snapshot(join(dir, 'store')), await snapshot(join(dir, 'whole')));
  }));

test('proposals do not depend on the number of threads', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '6 1', 'b.mp4': '6 2' });
    await ingest(options(dir));
    await ingest(options(dir, { threads: 2, out: join(dir, 'threaded') }));
    t.deepEqual(await snapshot(join(dir, 'threaded')), await snapshot(join(dir, 'store')));
  }));

test('an abort ends it with the signal’s reason; the next run goes on', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '4 1', 'b.mp4': '4 2' });
    const stop = new AbortController();
    const openVideo: IngestOptions['openVideo'] = (path) => {
      if (path.endsWith('a.mp4')) stop.abort(new Error('enough'));
      return openScene(path);
    };
    await t.throwsAsync(ingest(options(dir, { openVideo, signal: stop.signal })), { message: 'enough' });
    t.is((await ingest(options(dir))).clips, 2);
  }));

test('a long video gives several clips', (t) =>
  workplace(async (dir) => {
    await writeVideos(join(dir, 'videos'), { 'long.mp4': '70 1' });
    await ingest(options(dir, { maxFramesPerClip: 4, maxClipsPerVideo: 3 }));
    await using store = await openFrameStore(join(dir, 'store'));
    t.deepEqual(
      store.clips.map(({ name, frames, stride, firstFrame }) => [name, frames, stride, firstFrame]),
      [
        ['video-long.1', 4, 5, 0],
        ['video-long.2', 4, 5, 27],
        ['video-long.3', 4, 5, 54],
      ],
    );
    t.deepEqual(store.readFrame(store.clips[1]!, 2).planes[0]!.data, sceneFrame(37).planes[0]!.data);
  }));

test('wrong options are refused, naming them', (t) =>
  workplace(async (dir) => {
    const openVideo = openScene;
    const out = join(dir, 'store');
    await t.throwsAsync(ingest({ out, openVideo }), {
      instanceOf: UsageError,
      message: /--videos or --images/,
    });
    await t.throwsAsync(ingest(options(dir)), { instanceOf: UsageError, message: /--videos ".*videos"/ });
    await mkdir(join(dir, 'videos'));
    await t.throwsAsync(ingest(options(dir)), {
      instanceOf: UsageError,
      message: /no videos or images below/,
    });
    await writeVideos(join(dir, 'videos'), { 'a.mp4': '4 1' });
    await t.throwsAsync(ingest(options(dir, { longSide: 8 })), {
      instanceOf: UsageError,
      message: /longSide.*8/,
    });
    await t.throwsAsync(ingest(options(dir, { maxFramesPerClip: 0 })), {
      instanceOf: UsageError,
      message: /maxFramesPerClip.*0/,
    });
    await mkdir(join(dir, 'mine'));
    await writeFile(join(dir, 'mine/holiday.txt'), 'keep me');
    await t.throwsAsync(ingest(options(dir, { out: join(dir, 'mine') })), {
      instanceOf: UsageError,
      message: /mine.*not a frame store/,
    });
    t.is(await readFile(join(dir, 'mine/holiday.txt'), 'utf8'), 'keep me');
  }));
