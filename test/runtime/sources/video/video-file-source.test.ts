import { copyFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import anyTest from 'ava';
import { SourceError, UsageError } from '../../../../src/core/errors.js';
import { openSource } from '../../../../src/runtime/sources/open-source.js';
import { frameSourceContract } from '../../../contracts/frame-source.contract.js';
import { needing } from '../../../support/tools.js';
import { ffmpeg, makeVideo, temporaryFolder } from '../support/make-video.js';
import { ffmpegChildren } from '../support/processes.js';
import { readFrames, type SeenFrame } from '../support/read-source.js';

const test = needing(anyTest, 'ffmpeg');
const folder = temporaryFolder(anyTest);
const plain = makeVideo(join(folder, 'plain.mp4'));
// -preset ultrafast -g 1: every frame stands alone, so that damage stays where it is
const fast = ['-pix_fmt', 'yuv420p', '-preset', 'ultrafast', '-g', '1', '-movflags', '+faststart'];
const long = makeVideo(join(folder, 'long.mp4'), { frames: 400, width: 320, height: 240, output: fast });

frameSourceContract(test, 'video file', {
  open: () => openSource(plain),
  openFaulty: () => openSource(truncate(long, 'faulty.mp4', 0.5)),
  frameCount: 12,
});

test('a video gives every frame as ffmpeg decodes it, timed by index and frame rate', async (t) => {
  await using source = await openSource(plain);
  t.like(source.describe(), { width: 96, height: 64, format: 'yuv420p', fps: 25, live: false, uri: plain });
  const frames = await readFrames(source);
  const expected = ffmpeg(['-i', plain, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1']);
  t.true(Buffer.concat(frames.map((frame) => frame.bytes)).equals(expected));
  t.deepEqual(
    frames.map((frame) => frame.capturedAtNs),
    frames.map((_, index) => BigInt(index) * 40_000_000n),
  );
  t.deepEqual(source.statistics(), { delivered: 12, dropped: 0 });
});

test('a video with odd sides keeps them', async (t) => {
  const path = makeVideo(join(folder, 'odd.mkv'), { width: 61, height: 43, output: ['-c:v', 'ffv1'] });
  for (const format of ['yuv420p', 'nv12', 'rgb24', 'bgr24', 'gray8']) {
    await using source = await openSource(path, { format });
    const frames = await readFrames(source);
    const pixels = ['-pix_fmt', format === 'gray8' ? 'gray' : format];
    const expected = ffmpeg(['-i', path, ...pixels, '-f', 'rawvideo', 'pipe:1']);
    t.is(frames.length, 12);
    t.like(source.describe(), { width: 61, height: 43, format });
    t.is(Buffer.concat(frames.map((frame) => frame.bytes)).length, expected.length, format);
  }
});

test('a grey video stays grey', async (t) => {
  const path = makeVideo(join(folder, 'grey.mkv'), { output: ['-pix_fmt', 'gray', '-c:v', 'ffv1'] });
  await using source = await openSource(path);
  t.is(source.describe().format, 'gray8');
  const frames = await readFrames(source);
  t.true(
    frames[3]!.bytes.equals(
      ffmpeg(['-i', path, '-f', 'rawvideo', 'pipe:1']).subarray(3 * 96 * 64, 4 * 96 * 64),
    ),
  );
});

test('full-range video is passed on unconverted and says so', async (t) => {
  const path = makeVideo(join(folder, 'full.avi'), { output: ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'] });
  await using source = await openSource(path);
  const expected = ffmpeg(['-i', path, '-pix_fmt', 'yuvj420p', '-f', 'rawvideo', 'pipe:1']);
  let offset = 0;
  for await (const frame of source.frames()) {
    t.true(frame.fullRange);
    const luma = expected.subarray(offset, offset + 96 * 64);
    t.true(Buffer.from(frame.planes[0]!.data).equals(luma));
    offset += (96 * 64 * 3) / 2;
    frame.dispose();
  }
});

test('rotation metadata turns the frames and the described size', async (t) => {
  const path = join(folder, 'turned.mp4');
  ffmpeg(['-i', plain, '-c', 'copy', '-metadata:s:v', 'rotate=90', path]);
  await using source = await openSource(path);
  t.like(source.describe(), { width: 64, height: 96 });
  t.is((await readFrames(source)).length, 12);
});

test('a video with uneven frame times gives each frame once', async (t) => {
  const path = join(folder, 'uneven.mkv');
  ffmpeg(['-i', plain, '-vf', "setpts='N*N*0.01/TB'", '-fps_mode', 'passthrough', path]);
  await using source = await openSource(path);
  t.is((await readFrames(source)).length, 12);
});

test('size and fps scale and resample a video, as flags and in the URI', async (t) => {
  for (const open of [
    () => openSource(plain, { size: { width: 48, height: 32 }, fps: 50 }),
    () => openSource(`file://${plain}?size=48x32&fps=50`),
  ]) {
    await using source = await open();
    t.like(source.describe(), { width: 48, height: 32, fps: 50 });
    const frames = await readFrames(source);
    t.true(Math.abs(frames.length - 24) <= 1);
    t.is(frames[2]!.capturedAtNs, 40_000_000n);
  }
});

test('frames view shared memory, which goes round only after dispose', async (t) => {
  await using source = await openSource(long);
  const buffers = new Set<ArrayBufferLike>();
  let held: Uint8Array | undefined;
  let copy: Uint8Array | undefined;
  let count = 0;
  for await (const frame of source.frames()) {
    const { data } = frame.planes[0]!;
    t.true(data.buffer instanceof SharedArrayBuffer);
    buffers.add(data.buffer);
    if (count === 5) {
      held = data; // never disposed: its bytes must stay
      copy = data.slice();
    } else frame.dispose();
    count += 1;
    if (count === 60) break;
  }
  t.deepEqual(held, copy);
  t.true(buffers.size <= 6);
});

test.serial('a slow reader pauses ffmpeg instead of filling the memory', async (t) => {
  await using source = await openSource(long);
  const frames = source.frames()[Symbol.asyncIterator]();
  await frames.next();
  const before = process.memoryUsage().rss;
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.true(process.memoryUsage().rss - before < 30e6); // the whole video is 46 MB
});

test('a truncated video gives the frames before the damage, then a fault in ffmpeg’s words', async (t) => {
  await using source = await openSource(truncate(long, 'truncated.mp4', 0.6));
  const seen: SeenFrame[] = [];
  const error = await t.throwsAsync(readFrames(source, { seen }), { instanceOf: SourceError });
  t.true(seen.length > 100 && seen.length < 400, `${seen.length} frames`);
  t.regex(error.message, new RegExp(`truncated.mp4: damaged: ${seen.length} of 400 frames.*ffmpeg says: .+`));
});

test('ffmpeg killed midway is a fault, not an end', async (t) => {
  const path = join(folder, 'victim.mp4');
  copyFileSync(long, path);
  await using source = await openSource(path);
  let seen = 0;
  const reading = async (): Promise<void> => {
    for await (const frame of source.frames()) {
      frame.dispose();
      seen += 1;
      if (seen === 3) for (const pid of ffmpegChildren(path)) process.kill(pid, 'SIGKILL');
    }
  };
  const error = await t.throwsAsync(reading(), { instanceOf: SourceError });
  t.regex(error.message, /victim.mp4: ffmpeg was killed by SIGKILL after \d+ frames/);
  t.true(seen < 400);
});

test('what is no video is refused at opening', async (t) => {
  const text = join(folder, 'words.mp4');
  writeFileSync(text, 'no video at all\n');
  await t.throwsAsync(openSource(text), {
    instanceOf: SourceError,
    message: /words.mp4: cannot be read as a video: .+/,
  });
  const sound = join(folder, 'sound.wav');
  ffmpeg(['-f', 'lavfi', '-i', 'sine=duration=0.1', sound]);
  await t.throwsAsync(openSource(sound), {
    instanceOf: SourceError,
    message: /sound.wav: there is no video/,
  });
  const empty = join(folder, 'empty.y4m');
  writeFileSync(empty, 'YUV4MPEG2 W32 H32 F25:1 Ip A1:1 C420\n');
  await t.throwsAsync(openSource(empty), {
    instanceOf: SourceError,
    message: /empty.y4m: there is no frame/,
  });
  await t.throwsAsync(openSource(join(folder, 'absent.mp4')), {
    instanceOf: UsageError,
    message: /absent.mp4": no such file or folder/,
  });
});

test('an unknown format or option is a usage error that quotes it', async (t) => {
  await t.throwsAsync(openSource(plain, { format: 'yuyv' }), {
    instanceOf: UsageError,
    message: /format: "yuyv"/,
  });
  await t.throwsAsync(openSource(`file://${plain}?colour=1`), {
    instanceOf: UsageError,
    message: /unknown option "colour"; known are fps, size, format/,
  });
  await t.throwsAsync(openSource(plain, { reconnect: true }), {
    instanceOf: UsageError,
    message: /reconnect/,
  });
});

test('an aborted signal gives up opening', async (t) => {
  const reason = new Error('enough');
  await t.throwsAsync(openSource(plain, { signal: AbortSignal.abort(reason) }), { is: reason });
});

test.serial('without ffmpeg the error names the Debian package', async (t) => {
  const { PATH } = process.env;
  process.env['PATH'] = folder;
  t.teardown(() => {
    process.env['PATH'] = PATH;
  });
  await t.throwsAsync(openSource(plain), {
    instanceOf: SourceError,
    message: /ffprobe is not installed; it is in the Debian package ffmpeg/,
  });
});

test.serial('twenty openings leave no descriptor and no child behind', async (t) => {
  const cycle = async (index: number): Promise<void> => {
    const source = await openSource(plain);
    if (index % 2 === 0) await readFrames(source, { limit: 2 });
    await source.close();
  };
  await cycle(0);
  const before = readdirSync('/proc/self/fd').length;
  for (let index = 0; index < 20; index += 1) await cycle(index);
  await new Promise((resolve) => setTimeout(resolve, 100));
  t.true(readdirSync('/proc/self/fd').length <= before);
  t.is(ffmpegChildren(plain).length, 0);
});

function truncate(path: string, name: string, share: number): string {
  const whole = readFileSync(path);
  const cut = join(folder, name);
  writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * share)));
  return cut;
}
