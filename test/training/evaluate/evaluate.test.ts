import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Box } from '../../../src/core/geometry/box.js';
import { InferenceError, SourceError, UsageError } from '../../../src/core/errors.js';
import type { FrameSource } from '../../../src/core/ports/frame-source.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { openSource } from '../../../src/runtime/sources/open-source.js';
import { evaluate, type Progress, type Summary } from '../../../src/training/evaluate/index.js';
import {
  drawFrame,
  movingSquare,
  type ScriptedAnswer,
  ScriptedTracker,
  shifted,
  temporaryFolder,
  writeSequence,
} from './helpers/scripted.js';

const seen = (box: Box): ScriptedAnswer => ({ state: 'tracking', box });
const lost: ScriptedAnswer = { state: 'lost', box: null };
const close = (a: number | null | undefined, b: number): boolean => Math.abs((a ?? Number.NaN) - b) < 1e-9;

const memoryOf = (truth: readonly (Box | null)[], fault?: SourceError): FrameSource =>
  new MemorySource(truth.map(drawFrame), fault ? { fault } : {});

/** Expected share of thresholds below an overlap, by hand: overlaps of 1, 3/5 and 0. */
const exact = 20 / 21; // above 0 … 0.95
const quarterOff = 12 / 21; // shifted by 4 of 16 px: IoU 192/320 = 0.6, above 0 … 0.55

test('rendered sequences with a scripted tracker score what was computed by hand', async (t) => {
  const root = await temporaryFolder(t);
  const out = join(root, 'out');
  const truth = movingSquare(8);
  await writeSequence(join(root, 'data'), 'square', truth);
  const absent = truth.map((box, index) => (index === 0 || index === 3 || index === 4 ? null : box));
  await writeSequence(join(root, 'data'), 'vanishing', absent);
  await writeFile(join(root, 'data', 'notes.txt'), 'no sequence');
  const scripts: Record<string, readonly ScriptedAnswer[]> = {
    square: [
      ...truth.slice(1, 4).map(seen),
      ...truth.slice(4, 6).map((box) => seen(shifted(box, 4))),
      lost,
      { state: 'coasting', box: shifted(truth[7]!, 40) },
    ],
    // init on frame 1
    vanishing: [seen(truth[2]!), lost, seen(truth[4]!), ...truth.slice(5).map(seen)],
  };
  const trackers: ScriptedTracker[] = [];
  const progress: Progress[] = [];
  const summary = await evaluate({
    sequences: join(root, 'data'),
    out,
    createTracker: (name) => {
      trackers.push(new ScriptedTracker(scripts[name]!));
      return Promise.resolve(trackers.at(-1)!);
    },
    openSequence: (path) => openSource(path),
    onProgress: (at) => progress.push(at),
  });

  const square = summary.sequences[0]!;
  const vanishing = summary.sequences[1]!;
  t.is(square.name, 'square');
  t.is(square.frames, 8);
  t.true(close(square.auc, (4 * exact + 2 * quarterOff) / 8));
  t.is(square.precision20, 6 / 8);
  t.is(square.boxlessRate, 1 / 8);
  // on it up to frame 5, then `lost` with it: one doubt among six; the coasting box of frame 7 is elsewhere
  t.is(square.falseAlarmRate, 1 / 6);
  t.is(square.switchRate, 0);
  t.is(square.coastingRate, 1 / 8);
  t.is(square.trueAbsenceRate, null);
  t.is(vanishing.name, 'vanishing');
  t.true(close(vanishing.auc, exact));
  t.is(vanishing.precision20, 1);
  t.is(vanishing.trueAbsenceRate, 1 / 2);
  t.true(close(summary.mean.auc, (square.auc + vanishing.auc) / 2));
  t.is(summary.mean.trueAbsenceRate, 1 / 2);
  t.false('partial' in summary);
  t.true((summary.msPerFrame.median ?? -1) >= 0);
  t.deepEqual(trackers[1]?.initialised, [truth[1]]);
  t.true(trackers.every(({ disposed }) => disposed));
  t.deepEqual(progress.at(-1), {
    sequence: 'vanishing',
    frames: 8,
    framesTotal: 8,
    sequencesDone: 1,
    sequencesTotal: 2,
  });

  const written = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary;
  t.deepEqual(written, summary);
  t.deepEqual(Object.keys(written), [
    'mean',
    'msPerFrame',
    'longTerm',
    'reacquisition',
    'reliability',
    'sequences',
  ]);
  t.is(
    await readFile(join(out, 'boxes', 'vanishing.txt'), 'utf8'),
    'NaN,NaN,NaN,NaN\n6.000,12.000,16.000,16.000\n8.000,12.000,16.000,16.000\nNaN,NaN,NaN,NaN\n' +
      '12.000,12.000,16.000,16.000\n14.000,12.000,16.000,16.000\n16.000,12.000,16.000,16.000\n18.000,12.000,16.000,16.000\n',
  );
  t.deepEqual((await readFile(join(out, 'states', 'square.txt'), 'utf8')).trim().split('\n'), [
    ...Array<string>(6).fill('tracking'),
    'lost',
    'coasting',
  ]);
  const report = await readFile(join(out, 'report.html'), 'utf8');
  t.notRegex(report.replaceAll(/xmlns(:xlink)?="[^"]*"/g, ''), /https?:|<script|<link|url\((?!#)|@import/);
  t.is(report.match(/data:image\/jpeg;base64,/g)?.length, 1); // one failure, at frame 6
  t.regex(report, /<b>square<\/b> frame 6/);
  t.notRegex(report, /NaN|undefined/);
  t.deepEqual((await readdir(out)).sort(), ['boxes', 'report.html', 'states', 'summary.json']);
});

test('a source that fails midway leaves a marked partial result, and the others run on', async (t) => {
  const root = await temporaryFolder(t);
  const truth = movingSquare(4);
  for (const name of ['a', 'b']) await writeSequence(root, name, truth);
  const summary = await evaluate({
    sequences: root,
    createTracker: () => Promise.resolve(new ScriptedTracker(truth.slice(1).map(seen))),
    openSequence: (path) =>
      Promise.resolve(
        path.includes('/a/')
          ? memoryOf(truth.slice(0, 2), new SourceError('video.mp4: corrupt at frame 2'))
          : memoryOf(truth),
      ),
  });
  t.true(summary.partial);
  t.deepEqual(summary.problems, ['a: video.mp4: corrupt at frame 2']);
  t.true(summary.sequences[0]?.partial);
  t.is(summary.sequences[0]?.frames, 2);
  t.false('partial' in summary.sequences[1]!);
  t.true(close(summary.mean.auc, exact), 'the mean is over the complete sequence');
});

test('a source that cannot be opened is a problem without a score', async (t) => {
  const root = await temporaryFolder(t);
  await writeSequence(root, 'a', movingSquare(3));
  const summary = await evaluate({
    sequences: root,
    createTracker: () => Promise.resolve(new ScriptedTracker([])),
    openSequence: () => Promise.reject(new SourceError('video.mp4: no frames')),
  });
  t.deepEqual(summary.problems, ['a: video.mp4: no frames']);
  t.deepEqual(summary.sequences, []);
  t.is(summary.mean.auc, null);
});

for (const [frames, said] of [
  [3, '3'],
  [6, 'more than 4'],
] as const) {
  test(`${frames} frames against 4 lines of truth is a named problem`, async (t) => {
    const root = await temporaryFolder(t);
    await writeSequence(root, 'a', movingSquare(4));
    const summary = await evaluate({
      sequences: root,
      createTracker: () => Promise.resolve(new ScriptedTracker(movingSquare(6).slice(1).map(seen))),
      openSequence: () => Promise.resolve(memoryOf(movingSquare(frames))),
    });
    t.deepEqual(summary.problems, [
      `a: groundtruth.txt has 4 lines, ${join(root, 'a', 'frames')} has ${said} frames`,
    ]);
    t.is(summary.sequences[0]?.frames, Math.min(frames, 4));
    t.true(summary.sequences[0]?.partial);
  });
}

test('an abort keeps what was done, marks it, and disposes of the tracker', async (t) => {
  const root = await temporaryFolder(t);
  const out = join(root, 'out');
  const truth = movingSquare(6);
  for (const name of ['a', 'b', 'c']) await writeSequence(join(root, 'data'), name, truth);
  const abort = new AbortController();
  const trackers: ScriptedTracker[] = [];
  const summary = await evaluate({
    sequences: join(root, 'data'),
    out,
    createTracker: () => {
      trackers.push(new ScriptedTracker(truth.slice(1).map(seen)));
      return Promise.resolve(trackers.at(-1)!);
    },
    openSequence: () => Promise.resolve(memoryOf(truth)),
    onProgress: ({ sequence, frames }) => {
      if (sequence === 'b' && frames === 3) abort.abort();
    },
    signal: abort.signal,
  });
  t.deepEqual(summary.problems, ['b: aborted after 3 of 6 frames', 'not evaluated: c']);
  t.deepEqual(
    summary.sequences.map(({ name, frames, partial }) => ({ name, frames, partial })),
    [
      { name: 'a', frames: 6, partial: undefined },
      { name: 'b', frames: 3, partial: true },
    ],
  );
  t.is(trackers.length, 2);
  t.true(trackers.every(({ disposed }) => disposed));
  t.true((JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary).partial);
  t.is((await readFile(join(out, 'boxes', 'b.txt'), 'utf8')).trim().split('\n').length, 3);
  t.regex(await readFile(join(out, 'report.html'), 'utf8'), /Partial result/);
});

test('an error of the tracker is thrown, with the sequence named and earlier results written', async (t) => {
  const root = await temporaryFolder(t);
  const out = join(root, 'out');
  const truth = movingSquare(3);
  for (const name of ['a', 'b']) await writeSequence(join(root, 'data'), name, truth);
  const error = await t.throwsAsync(
    evaluate({
      sequences: join(root, 'data'),
      out,
      createTracker: (name) =>
        name === 'a'
          ? Promise.resolve(new ScriptedTracker(truth.slice(1).map(seen)))
          : Promise.reject(new InferenceError('out of memory')),
      openSequence: () => Promise.resolve(memoryOf(truth)),
    }),
    { instanceOf: InferenceError },
  );
  t.is(error.message, 'b: out of memory');
  const written = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary;
  t.true(written.partial);
  t.is(written.sequences[0]?.name, 'a');
});

test('a sequence without images is told by the source; malformed truth before anything runs', async (t) => {
  const root = await temporaryFolder(t);
  const truth = movingSquare(3);
  await writeSequence(root, 'a', truth, { frames: 0 });
  const run = (): Promise<Summary> =>
    evaluate({
      sequences: root,
      createTracker: () => Promise.resolve(new ScriptedTracker([])),
      openSequence: (path) => openSource(path),
    });
  const outcome = await run().then(
    (summary) => summary.problems?.[0] ?? '',
    (error: unknown) => String(error),
  );
  t.regex(outcome, /a.*frames/);
  await writeSequence(root, 'z', truth, { text: '1,2,3,4\n1,2,3\n' });
  const error = await t.throwsAsync(run(), { instanceOf: UsageError });
  t.is(error.message, "z/groundtruth.txt line 2: '1,2,3' is not x,y,w,h");
});
