import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { pixelFormats } from '../../../src/core/image/frame.js';
import { Recorder } from '../../../src/runtime/recording/recorder.js';
import { openRecordedSource } from '../../../src/runtime/recording/recorded-source.js';
import { readRecording } from '../../../src/runtime/recording/read-recording.js';
import { segmentPath } from '../../../src/runtime/recording/segment-files.js';
import { sinkContract } from '../../contracts/sink.contract.js';
import { needing } from '../../support/tools.js';
import {
  childrenNamed,
  greyOf,
  jpegOf,
  showJpeg,
  keepLog,
  levels,
  recorderOptions,
  recordingFolder,
  show,
  until,
} from './support/recordings.js';

const folder = recordingFolder(test);
/** One at a time: some count or kill the encoders that run. */
const ffmpegTest = needing(test, 'ffmpeg').serial;

sinkContract(test, 'recorder', {
  open: () => Recorder.open(recorderOptions(join(folder, 'contract'), { encoder: null })),
});

for (const format of pixelFormats) {
  ffmpegTest(
    `every ${format} frame stands in the video once, in order, with its number and time`,
    async (t) => {
      const dir = join(folder, format);
      const recorder = await Recorder.open(recorderOptions(dir));
      await show(recorder, 40, { format });
      await recorder.close();
      const { frames, framesDropped } = recorder.statistics();
      t.is(frames + framesDropped, 40);
      t.true(frames > 0);

      const [segment] = await readRecording(dir);
      t.is(segment!.frames.length, frames);
      t.is(segment!.tracks.length, 40);
      t.is(segment!.tracks[7]!.sequence, 7);
      const seen = levels(segment!.video);
      t.is(seen.length, frames);
      const expected = segment!.frames.map(({ sequence }) => sequence);
      t.deepEqual(
        expected,
        [...expected].sort((a, b) => a - b),
      );
      for (const [index, { sequence, capturedAtNs }] of segment!.frames.entries()) {
        t.is(capturedAtNs, BigInt(sequence) * 33_333_333n);
        const painted = greyOf(sequence);
        if (format === 'gray8') t.true(Math.abs(seen[index]! - painted) <= 20, `${seen[index]} ${painted}`);
      }
    },
  );
}

for (const encoder of ['libx264', 'mjpeg'] as const) {
  ffmpegTest(
    `compressed pictures are recorded as they come (${encoder}); a damaged one shifts no number`,
    async (t) => {
      const dir = join(folder, `jpeg-${encoder}`);
      const recorder = await Recorder.open(recorderOptions(dir, { encoder }));
      const jpegs = await Promise.all(Array.from({ length: 30 }, (_, sequence) => jpegOf(sequence)));
      for (const [sequence, jpeg] of jpegs.entries()) {
        const data = sequence === 10 ? new Uint8Array(200).fill(7) : jpeg;
        await showJpeg(recorder, sequence, data);
      }
      await recorder.close();
      const [segment] = await readRecording(dir);
      const seen = levels(segment!.video);
      if (encoder === 'libx264') t.is(seen.length, segment!.frames.length); // a copy keeps the damaged one
      const numbers = segment!.frames.map(({ sequence }) => sequence);
      t.true(numbers.length > 15);
      if (encoder === 'mjpeg') return;
      t.false(numbers.includes(10));
      for (const [index, sequence] of numbers.entries()) {
        t.true(Math.abs(seen[index]! - greyOf(sequence)) <= 25, `${sequence}: ${seen[index]}`);
      }
    },
  );
}

ffmpegTest('a recording is a source again: all segments, the same numbers and times', async (t) => {
  const dir = join(folder, 'source');
  const recorder = await Recorder.open(recorderOptions(dir, { segmentSeconds: 0 }));
  await show(recorder, 100);
  await recorder.close();
  const segments = await readRecording(dir);
  t.true(segments.length > 1);
  const recorded = segments.flatMap(({ frames }) => frames);
  await using source = await openRecordedSource(dir, segments);
  t.like(source.describe(), { width: 64, height: 48, live: false });
  const seen: { sequence: number; capturedAtNs: bigint }[] = [];
  for await (const frame of source.frames()) {
    seen.push({ sequence: frame.sequence, capturedAtNs: frame.capturedAtNs });
    frame.dispose();
  }
  t.deepEqual(seen, recorded);
});

ffmpegTest(
  'the disk budget is never exceeded, the oldest segments go, and what lay there before counts',
  async (t) => {
    const dir = join(folder, 'budget');
    const budgetBytes = 200_000;
    mkdirSync(dir);
    writeFileSync(segmentPath(dir, 7, 'mp4'), Buffer.alloc(100_000));
    writeFileSync(join(dir, 'note.txt'), 'not ours');
    const recorder = await Recorder.open(recorderOptions(dir, { budgetBytes, encoder: 'mjpeg' }));
    let largest = 0;
    for (let round = 0; round < 40; round += 1) {
      await show(recorder, 20, { first: round * 20 });
      largest = Math.max(largest, roomTaken(dir));
    }
    await recorder.close();
    largest = Math.max(largest, roomTaken(dir));
    t.true(largest <= budgetBytes, `${largest} bytes`);
    t.true(largest > budgetBytes / 4, `${largest} bytes`);
    t.false(existsSync(segmentPath(dir, 7, 'mp4')));
    t.true(existsSync(join(dir, 'note.txt')));
    const segments = await readRecording(dir);
    t.true(segments[0]!.number > 8);
    for (const { frames, video } of segments) {
      if (frames.length > 0) t.is(levels(video).length, frames.length);
    }
  },
);

function roomTaken(dir: string): number {
  return readdirSync(dir)
    .filter((name) => /\.(mp4|jsonl)$/.test(name))
    .reduce(
      (sum, name) =>
        sum + Math.ceil((statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0) / 4096) * 4096,
      0,
    );
}

ffmpegTest('what was cut off by a power cut is read up to there', async (t) => {
  const dir = join(folder, 'cut');
  const recorder = await Recorder.open(recorderOptions(dir));
  await show(recorder, 60);
  await recorder.close();
  const [whole] = await readRecording(dir);
  appendFileSync(segmentPath(dir, 1, 'mp4'), Buffer.from('00001000', 'hex')); // the head of a box that never came
  appendFileSync(segmentPath(dir, 1, 'jsonl'), '{"frame":{"sequ');
  const segments = await readRecording(dir);
  t.deepEqual(segments[0]!.frames, whole!.frames);
  await using source = await openRecordedSource(dir, segments);
  let count = 0;
  for await (const frame of source.frames()) {
    frame.dispose();
    count += 1;
  }
  t.is(count, whole!.frames.length);
});

ffmpegTest('a full disk stops the recording with one warning; with room it goes on', async (t) => {
  const dir = join(folder, 'full');
  const { log, lines } = keepLog();
  let free = 1e9;
  const freeBytes = () => Promise.resolve(free);
  await using recorder = await Recorder.open(recorderOptions(dir, { log, freeBytes, keepFreeBytes: 1e6 }));
  let shown = 0;
  const showSome = async (): Promise<void> => {
    await show(recorder, 10, { first: shown });
    shown += 10;
  };
  await showSome();
  free = 0;
  await until(async () => {
    await showSome();
    return recorder.statistics().stopped !== null;
  });
  const before = recorder.statistics().frames;
  for (let round = 0; round < 5; round += 1) await showSome();
  t.is(recorder.statistics().frames, before);
  t.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [['warn', 'recording stopped; tracking goes on']],
  );
  free = 1e9;
  await until(async () => {
    await showSome();
    return recorder.statistics().frames > before;
  });
  t.is(lines.at(-1)!.message, 'recording goes on');
  t.is(recorder.statistics().stopped, null);
});

ffmpegTest('without an encoder tracks are recorded alone', async (t) => {
  const dir = join(folder, 'tracks');
  const recorder = await Recorder.open(recorderOptions(dir, { encoder: null }));
  await show(recorder, 5);
  await recorder.close();
  const [segment] = await readRecording(dir);
  t.is(segment!.tracks.length, 5);
  t.is(segment!.frames.length, 0);
  t.is(segment!.head.model, 'nano');
  await t.throwsAsync(openRecordedSource(dir, [segment!]), { message: /has no video/ });
});

ffmpegTest('the format may change: a new file begins', async (t) => {
  const dir = join(folder, 'formats');
  await using recorder = await Recorder.open(recorderOptions(dir));
  await show(recorder, 20);
  let shown = 20;
  await until(async () => {
    await show(recorder, 10, { first: shown, format: 'rgb24' });
    shown += 10;
    const segments = await readRecording(dir).catch(() => []);
    return segments.filter(({ frames }) => frames.length > 0).length === 2;
  });
  const [first, second] = await readRecording(dir);
  t.true(first!.frames.every(({ sequence }) => sequence < 20));
  t.true(second!.frames.every(({ sequence }) => sequence >= 20));
});

ffmpegTest('an encoder that is killed is started again, and no track is lost', async (t) => {
  const dir = join(folder, 'killed');
  const { log, lines } = keepLog();
  const recorder = await Recorder.open(recorderOptions(dir, { log }));
  let shown = 0;
  const recorded = async (more: number): Promise<void> => {
    const goal = recorder.statistics().frames + more;
    await until(async () => {
      await show(recorder, 10, { first: shown });
      shown += 10;
      return recorder.statistics().frames >= goal;
    });
  };
  await recorded(10);
  for (const pid of childrenNamed('ffmpeg')) process.kill(pid, 'SIGKILL');
  await until(() => lines.some(({ message }) => message.startsWith('video encoder failed')));
  await recorded(10);
  await recorder.close();
  const segments = await readRecording(dir);
  t.true(segments.length >= 2);
  const sequences = segments.flatMap(({ tracks }) => tracks.map(({ sequence }) => sequence));
  t.deepEqual(
    sequences,
    Array.from({ length: shown }, (_, index) => index),
  );
});

test('two recordings in one folder do not destroy each other', async (t) => {
  const dir = join(folder, 'two');
  const { log, lines } = keepLog();
  const first = await Recorder.open(recorderOptions(dir, { encoder: null }));
  const second = await Recorder.open(recorderOptions(dir, { encoder: null, log }));
  await show(first, 3);
  await until(() => existsSync(segmentPath(dir, 1, 'jsonl')));
  await show(second, 3);
  await until(() => lines.length > 0);
  t.deepEqual(lines[0], {
    level: 'warn',
    fields: { dir, reason: 'another recording goes into the same folder' },
    message: 'recording stopped; tracking goes on',
  });
  await first.close();
  await second.close();
  t.is(lines.length, 1);
});

test('a folder that cannot be is refused', async (t) => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await t.throwsAsync(Recorder.open(recorderOptions(join(file, 'x'))), {
    name: 'UsageError',
    message: /^recording folder ".*": /,
  });
});
