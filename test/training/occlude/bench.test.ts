import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { formatOcclusionTable } from '../../../src/cli/evaluation/occlusion-table.js';
import { InferenceError, SourceError } from '../../../src/core/errors.js';
import type { Box } from '../../../src/core/geometry/box.js';
import type { Frame } from '../../../src/core/image/frame.js';
import { MemorySource } from '../../../src/core/ports/memory/memory-source.js';
import { IdentityTracker } from '../../../src/core/tracking/identity-tracker.js';
import type { Track } from '../../../src/core/tracking/track.js';
import type { Tracker } from '../../../src/core/tracking/tracker.js';
import {
  type CaseRun,
  type OcclusionRunner,
  type OcclusionSummary,
  runCases,
  runOcclusionBench,
  scoreCase,
  summariseCases,
} from '../../../src/training/occlude/index.js';
import { phaseOf } from '../../../src/training/occlude/occlusion-case.js';
import { planCases } from '../../../src/training/occlude/plan.js';
import { temporaryFolder, writeSequence } from '../evaluate/helpers/scripted.js';
import { drawScene, sceneSize, targetPixels, wanderingSquare } from './scene.js';

const truth = wanderingSquare(80);
const sequence = { name: 'scene', input: 'scene', truth };
const openSequence = (): Promise<MemorySource> =>
  Promise.resolve(new MemorySource(truth.map((box, index) => drawScene(box, index))));
const seed = 5;

/** Sees the scene's target by its colour: knows at once when it is covered. */
class ColourTracker implements Tracker {
  #box: Box | null = null;
  disposed = 0;

  init(frame: Frame, box: Box): Promise<Track> {
    this.#box = box;
    return this.update(frame);
  }

  update(frame: Frame): Promise<Track> {
    const { data, stride } = frame.planes[0]!;
    const lit: [number, number][] = [];
    for (let y = 0; y < frame.height; y += 1) {
      for (let x = 0; x < frame.width; x += 1) if (data[y * stride + x] === 230) lit.push([x, y]);
    }
    const whole = lit.length === 256;
    const mean = (axis: 0 | 1): number => lit.reduce((sum, at) => sum + at[axis] + 0.5, 0) / lit.length;
    if (whole) this.#box = { cx: mean(0), cy: mean(1), width: 16, height: 16 };
    const { sequence: number, capturedAtNs, width, height } = frame;
    return Promise.resolve({
      state: whole ? 'tracking' : 'coasting',
      box: this.#box,
      confidence: whole ? 1 : 0,
      velocity: null,
      frame: { sequence: number, capturedAtNs, width, height },
      target: 1,
    });
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.disposed += 1;
    return Promise.resolve();
  }
}

test('a tracker that sees what is there passes every disturbance', async (t) => {
  const disturbances = (['patch', 'flat', 'cut'] as const).map((kind) => ({ kind, level: 10 }));
  const trackers: ColourTracker[] = [];
  const { runs, problem } = await runCases(sequence, {
    disturbances: [...disturbances, { kind: 'jump', level: 0.2 }],
    seed,
    openSequence,
    createTracker: () => {
      trackers.push(new ColourTracker());
      return trackers.at(-1)!;
    },
  });
  t.is(problem, null);
  t.is(runs.length, 4);
  t.true(trackers.every(({ disposed }) => disposed === 1));
  for (const run of runs) {
    const score = scoreCase(run);
    t.true(score.held);
    t.is(score.covered.tracking, 0);
    t.is(score.framesToSee, 1);
    t.false(score.switched);
    t.is(score.lead.doubted, 0);
    t.is(run.answers.length, run.case.truth.length);
  }
});

test('a tracker that never looks is found out: it tracks what is covered', async (t) => {
  const { runs } = await runCases(sequence, {
    disturbances: [{ kind: 'cut', level: 10 }],
    seed,
    openSequence,
    createTracker: () => new IdentityTracker(),
  });
  t.deepEqual(scoreCase(runs[0]!).covered, { frames: 10, tracking: 10 });
});

test('every case is shown its own pictures, in one pass over the frames', async (t) => {
  const left = new Map<string, number[]>();
  let passes = 0;
  await runCases(sequence, {
    disturbances: [
      { kind: 'flat', level: 6 },
      { kind: 'cut', level: 12 },
    ],
    seed,
    openSequence: () => {
      passes += 1;
      return openSequence();
    },
    createTracker: () => new IdentityTracker(),
    onShown: (one, index, shown) => {
      const seen = left.get(one.kind) ?? [];
      if (phaseOf(one, index) === 'covered') seen.push(targetPixels(shown));
      else t.is(targetPixels(shown), 256);
      left.set(one.kind, seen);
    },
  });
  t.is(passes, 1);
  t.deepEqual(left.get('flat'), Array(6).fill(0));
  t.deepEqual(left.get('cut'), Array(12).fill(0));
});

test('a source that fails, and an abort, leave the complete cases and say what is missing', async (t) => {
  const disturbances = [{ kind: 'cut', level: 5 } as const];
  const [one] = planCases(sequence, sceneSize, { disturbances, seed });
  const frames = truth.map((box, index) => drawScene(box, index));
  const fault = new SourceError('scene: corrupt');
  const trackers: ColourTracker[] = [];
  const createTracker = (): Tracker => {
    trackers.push(new ColourTracker());
    return trackers.at(-1)!;
  };
  const broken = await runCases(sequence, {
    disturbances,
    seed,
    createTracker,
    openSequence: () => Promise.resolve(new MemorySource(frames.slice(0, one!.end - 1), { fault })),
  });
  t.deepEqual(broken, { name: 'scene', runs: [], problem: 'scene: scene: corrupt' });
  t.is(trackers[0]?.disposed, 1);
  const abort = new AbortController();
  const cut = await runCases(sequence, {
    disturbances,
    seed,
    createTracker,
    openSequence,
    signal: abort.signal,
    onFrame: (done) => {
      if (done === one!.first + 3) abort.abort();
    },
  });
  t.regex(cut.problem ?? '', /^scene: aborted after \d+ frames$/);
  t.is(trackers[1]?.disposed, 1);
});

/** A case of 26 + 5 + 20 frames, answered as the letters say: `t`racking on it, `a`way, `c`oasting on it, `l`ost. */
function answered(lead: string, cover: string, after: string): CaseRun {
  const here = { cx: 10, cy: 10, width: 20, height: 20 };
  const letters = `t${lead}${cover}${after}`;
  return {
    case: {
      sequence: 's',
      kind: 'cut',
      level: cover.length,
      seed: 1,
      first: 100,
      from: 101 + lead.length,
      to: 101 + lead.length + cover.length,
      end: 100 + letters.length,
      windows: null,
      truth: Array.from(letters, () => here),
    },
    answers: Array.from(letters, (letter) => ({
      state: letter === 'c' ? 'coasting' : letter === 'l' ? 'lost' : 'tracking',
      box: letter === 'l' ? null : letter === 'a' ? { ...here, cx: 90 } : here,
      confidence: 1,
    })),
  };
}

test('a case is scored as computed by hand', (t) => {
  const score = scoreCase(answered('tttttttctt', 'ttccl', `llctt${'a'.repeat(10)}`));
  t.true(score.held);
  t.deepEqual(score.lead, { held: 10, doubted: 1 });
  t.deepEqual(score.covered, { frames: 5, tracking: 2 });
  t.is(score.framesToSee, 4);
  t.true(score.switched);
});

test('a case counts only when the tracker had the target in most of the lead and at its end', (t) => {
  t.true(scoreCase(answered('aatttttttt', 'c', 't')).held);
  t.false(scoreCase(answered('aaattttttt', 'c', 't')).held);
  t.false(scoreCase(answered('ttttttttta', 'c', 't')).held);
});

test('rows add their cases up: shares of what was held, doubts of all', (t) => {
  const scores = [
    scoreCase(answered('tttttttttt', 'tttcc', `ccc${'t'.repeat(14)}`)), // 4 frames
    scoreCase(answered('tttttttttt', 'ccccc', `${'l'.repeat(15)}tt`)), // too late
    scoreCase(answered('tttttttttc', 'ccccc', 'a'.repeat(17))), // never, and away
    scoreCase(answered('aaaaaaaaaa', 'aaaaa', 'a'.repeat(17))), // not held
  ];
  const { rows } = summariseCases(scores, { seed: 1, problems: [] });
  t.is(rows.length, 1);
  t.deepEqual(rows[0], {
    kind: 'cut',
    level: 5,
    cases: 4,
    held: 3,
    coveredTracking: { count: 3, of: 15, share: 0.2 },
    reacquired: { count: 1, of: 3, share: 1 / 3 },
    framesToSee: { median: 4, p90: 16, never: 1 },
    switched: { count: 1, of: 3, share: 1 / 3 },
    doubted: { count: 1, of: 30, share: 1 / 30 },
  });
});

test('levels and kinds have rows of their own, and what covers has one together', (t) => {
  const score = scoreCase(answered('tttttttttt', 'ccccc', 't'.repeat(17)));
  const { rows } = summariseCases(
    [score, { ...score, level: 15 }, { ...score, kind: 'flat' }, { ...score, kind: 'jump', level: 0.2 }],
    { seed: 1, problems: ['x: broke off'] },
  );
  t.deepEqual(
    rows.map(({ kind, level, cases }) => [kind, level, cases]),
    [
      ['cut', 5, 1],
      ['cut', 15, 1],
      ['cut', null, 2],
      ['flat', 5, 1],
      ['jump', 0.2, 1],
      ['all', null, 3],
    ],
  );
  t.deepEqual(summariseCases([], { seed: 1, problems: [] }).rows, []);
});

test('the bench runs every sequence, writes what it prints, and its table is readable in 100 columns', async (t) => {
  const root = await temporaryFolder(t);
  const out = join(root, 'out');
  for (const name of ['a', 'b']) await writeSequence(join(root, 'data'), name, truth, { frames: 1 });
  const run: OcclusionRunner = ({ name, truth: boxes }, plan) =>
    runCases(
      { name, input: name, truth: boxes },
      { ...plan, openSequence, createTracker: () => new ColourTracker() },
    );
  const summary = await runOcclusionBench(run, {
    sequences: join(root, 'data'),
    plan: {
      disturbances: [
        { kind: 'patch', level: 10 },
        { kind: 'cut', level: 10 },
      ],
      seed,
    },
    out,
    jobs: 2,
  });
  t.false('partial' in summary);
  t.deepEqual(
    summary.cases.map(({ kind, sequence: name }) => `${kind} ${name}`),
    ['patch a', 'patch b', 'cut a', 'cut b'],
  );
  t.deepEqual(JSON.parse(await readFile(join(out, 'occlusion.json'), 'utf8')), summary);
  const table = formatOcclusionTable(hundredfold(summary)).split('\n');
  t.true(table.every((line) => line.length <= 100));
  t.regex(table.join('\n'), /^cut 10 +200 +200 +0\/2000 +0\.0% +200\/200 100\.0% +1 /m);
});

test('a runner that throws ends the bench with its error', async (t) => {
  const root = await temporaryFolder(t);
  await writeSequence(root, 'a', truth, { frames: 1 });
  await t.throwsAsync(
    runOcclusionBench(() => Promise.reject(new InferenceError('out of memory')), {
      sequences: root,
      plan: { disturbances: [{ kind: 'cut', level: 5 }], seed },
    }),
    { instanceOf: InferenceError },
  );
});

/** The same as if there had been a hundred times as many cases: the table must have room for them. */
function hundredfold(summary: OcclusionSummary): OcclusionSummary {
  const cases = Array.from({ length: 100 }, () => summary.cases).flat();
  return summariseCases(cases, { seed, problems: [] });
}
