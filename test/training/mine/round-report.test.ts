import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import sharp from 'sharp';
import { packedFrame } from '../../../src/core/image/frame.js';
import type { Tracklet } from '../../../src/training/data/pair-source.js';
import { drawContactSheet } from '../../../src/training/mine/contact-sheet.js';
import { pairIntervals, readRoundReport, roundReport } from '../../../src/training/mine/round-report.js';
import type { StoredClip } from '../../../src/training/store/clip.js';

const test = anyTest as TestFn<{ dir: string }>;

test.beforeEach(async (t) => {
  t.context.dir = await mkdtemp(join(tmpdir(), 'tagalong-mined-'));
  await mkdir(join(t.context.dir, 'clips'));
});

test.afterEach.always((t) => rm(t.context.dir, { recursive: true }));

const size = { width: 100, height: 60 };
const clip = (name: string): StoredClip => ({
  name,
  kind: 'video',
  frames: 50,
  ...size,
  fullRange: true,
  stride: 2,
  firstFrame: 0,
  fps: 20,
  cuts: [],
  active: { x: 0, y: 0, ...size },
  source: { path: `${name}.mp4`, bytes: 1, modifiedMs: 1 },
});
const tracklet = (name: string, frames: readonly number[]): Tracklet => ({
  clip: name,
  sightings: frames.map((frame) => ({ frame, box: { cx: 50, cy: 30, width: 20, height: 16 }, grade: 0.8 })),
});
const tracklets = [tracklet('a', [0, 2, 4, 6, 8]), tracklet('b', [10, 12])];

test('pairs are counted by interval, none farther apart than the fit draws', (t) => {
  t.deepEqual(pairIntervals(tracklets, 6), [
    { from: 1, to: 1, pairs: 0 },
    { from: 2, to: 2, pairs: 5 },
    { from: 3, to: 4, pairs: 3 },
    { from: 5, to: 6, pairs: 2 },
  ]);
  t.deepEqual(pairIntervals(tracklets, 1), [{ from: 1, to: 1, pairs: 0 }]);
});

test('a round is summed up over its clips, in seconds of video', async (t) => {
  const { dir } = t.context;
  const agreement = Array.from({ length: 20 }, (_, bin) => (bin === 19 ? 7 : 0));
  const fates = { kept: 1, unseen: 2, ambiguous: 3, disagreed: 4 };
  for (const name of ['a', 'b'])
    await writeFile(
      join(dir, 'clips', `${name}.json`),
      JSON.stringify({ tracklets: [], tried: 10, updates: 300, fates, agreement, ms: 1500 }),
    );
  const report = roundReport(dir, {
    round: 2,
    miner: 'tracker',
    interval: 2,
    maxInterval: 6,
    tracklets,
    clips: [clip('a'), clip('b')],
    contactSheet: [],
  });
  // a tenth of a second a stored frame, 50 frames each: 10 s
  t.like(report, { videoSeconds: 10, tracklets: 2, sightings: 7, boxesPerSecond: 0.7, tried: 20 });
  t.is(report.followed, 0.1, '0.8 s and 0.2 s of 10 s');
  t.is(report.framesPerSecond, 200);
  t.deepEqual(report.fates, { kept: 2, unseen: 4, ambiguous: 6, disagreed: 8 });
  t.is(report.agreement[19], 14);
  t.is(readRoundReport(dir), null);
  await writeFile(join(dir, 'report.json'), JSON.stringify(report));
  t.deepEqual(readRoundReport(dir), report);
});

test('clips of an older version are refused by name', (t) => {
  const options = { round: 1, miner: 'bd', interval: 1, maxInterval: 8, tracklets: [] } as const;
  t.throws(() => roundReport(t.context.dir, { ...options, clips: [clip('a')], contactSheet: [] }), {
    name: 'TrainingError',
    message: /clips\/a\.json: no readable figures/,
  });
});

test('the contact sheet shows both frames of a pair with the box drawn in them', async (t) => {
  const { dir } = t.context;
  // every frame is grey in its own level
  const readFrame = (_clip: string, index: number) =>
    packedFrame('rgb24', size, new Uint8Array(size.width * size.height * 3).fill(40 + 4 * index));
  const options = { tracklets, readFrame, out: dir, seed: 3, maxInterval: 4 };
  const pairs = await drawContactSheet(options);
  t.deepEqual(await drawContactSheet(options), pairs, 'the same every time');
  t.is(pairs.length, 2);
  for (const { file, clip: name, frames, grade } of pairs) {
    const [template, search] = frames;
    const of = tracklets.find((each) => each.clip === name)!.sightings.map(({ frame }) => frame);
    t.true(of.includes(template) && of.includes(search) && template !== search);
    t.true(Math.abs(template - search) <= 4);
    t.is(grade, 0.8);
    const image = sharp(await readFile(join(dir, file)));
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    t.deepEqual([info.width, info.height, info.channels], [260, 128, 3]);
    const at = (x: number, y: number): number[] => [...data.subarray((y * 260 + x) * 3).subarray(0, 3)];
    for (const [left, frame] of [
      [0, template],
      [132, search],
    ] as const) {
      t.true(Math.abs(at(left + 64, 64)[0]! - (40 + 4 * frame)) < 6, 'the middle is the frame’s own grey');
    }
    // template crop: sides sqrt(38 * 34) = 35.9 px to 128: the box's left side lies at 64 - 10 * 3.56
    const [red, , blue] = at(64 - 36, 64);
    t.true(red! > blue! + 60, `yellow line: ${at(64 - 36, 64).join(' ')}`);
  }
});
