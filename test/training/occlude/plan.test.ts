import test from 'ava';
import fc from 'fast-check';
import { UsageError } from '../../../src/core/errors.js';
import { type Box, boxFromCorner } from '../../../src/core/geometry/box.js';
import { createRandom } from '../../../src/core/random.js';
import { jumpWindows } from '../../../src/training/occlude/jump-windows.js';
import { parseDisturbances } from '../../../src/training/occlude/parse-disturbances.js';
import { phaseOf } from '../../../src/training/occlude/occlusion-case.js';
import { defaultDisturbances, planCases } from '../../../src/training/occlude/plan.js';
import { sceneSize, wanderingSquare } from './scene.js';

const long = { name: 'long', truth: wanderingSquare(200) };
const plan = { disturbances: defaultDisturbances, seed: 3 };

test('the same options give the same plan, another seed or name another', (t) => {
  const cases = planCases(long, sceneSize, plan);
  t.is(cases.length, defaultDisturbances.length);
  t.deepEqual(planCases(long, sceneSize, plan), cases);
  const starts = (list: typeof cases): number[] => list.map(({ from }) => from);
  t.notDeepEqual(starts(planCases(long, sceneSize, { ...plan, seed: 4 })), starts(cases));
  t.notDeepEqual(starts(planCases({ ...long, name: 'other' }, sceneSize, plan)), starts(cases));
});

test('a case has more than 20 undisturbed frames before it and at least 16 after it', (t) => {
  for (const one of planCases(long, sceneSize, plan)) {
    const phases = one.truth.map((_, index) => phaseOf(one, one.first + index));
    const count = (phase: string): number => phases.filter((each) => each === phase).length;
    t.true(count('lead') - 1 > 20, 'the first frame is the start');
    t.is(count('covered'), one.kind === 'jump' ? 0 : one.level);
    t.is(count('touched'), one.kind === 'patch' ? 6 : 0);
    t.true(one.end - one.to >= 16 && one.end - one.to <= 45);
    t.true(one.end <= 200);
  }
});

test('covers of one length lie at one place, whatever their kind', (t) => {
  const of15 = planCases(long, sceneSize, plan).filter(({ level }) => level === 15);
  t.is(of15.length, 3);
  t.is(new Set(of15.map(({ from }) => from)).size, 1);
});

test('no frame of a case is without the target in view', (t) => {
  const outside = boxFromCorner({ x: -10, y: 0, width: 16, height: 16 });
  const truth: (Box | null)[] = [...wanderingSquare(200)];
  truth[70] = null;
  truth[140] = outside; // six of sixteen columns are in the picture
  const cases = planCases({ name: 'gaps', truth }, sceneSize, { ...plan, repeats: 5 });
  t.true(cases.length > 10);
  for (const { first, end } of cases) {
    t.true(!(first <= 70 && 70 < end) && !(first <= 140 && 140 < end));
  }
});

test('repeats are different cases, and a short sequence has as many as fit', (t) => {
  const only = { disturbances: [{ kind: 'cut', level: 5 } as const], seed: 1 };
  const starts = planCases(long, sceneSize, { ...only, repeats: 4 }).map(({ first }) => first);
  t.is(new Set(starts).size, 4);
  const short = { name: 'short', truth: wanderingSquare(48) };
  t.is(planCases(short, sceneSize, { ...only, repeats: 4 }).length, 2); // 26 + 5 + 16 = 47 frames
  t.is(planCases({ name: 'tiny', truth: wanderingSquare(46) }, sceneSize, only).length, 0);
});

test('both windows of a jump lie in the frame and hold the target, or there is no jump', (t) => {
  const frame = { width: 320, height: 180 };
  const anyBox = fc
    .tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 160 }),
      fc.integer({ min: 4, max: 90 }),
    )
    .map(([x, y, side]) => boxFromCorner({ x, y, width: side, height: side }));
  const boxes = fc.array(anyBox, { minLength: 1, maxLength: 3 });
  let jumps = 0;
  fc.assert(
    fc.property(boxes, boxes, fc.constantFrom(0.1, 0.2, 0.3), fc.nat(), (before, after, share, seed) => {
      const windows = jumpWindows({ before, after }, frame, share, createRandom(seed));
      if (windows === null) return;
      jumps += 1;
      for (const [window, held] of [
        [windows.before, before],
        [windows.after, after],
      ] as const) {
        t.is(window.x % 2, 0);
        t.is(window.y % 2, 0);
        t.true(window.x >= 0 && window.x + window.width <= frame.width);
        t.true(window.y >= 0 && window.y + window.height <= frame.height);
        for (const box of held) {
          t.true(box.cx - box.width / 2 >= window.x - 1e-9);
          t.true(box.cx + box.width / 2 <= window.x + window.width + 1e-9);
          t.true(box.cy + box.height / 2 <= window.y + window.height + 1e-9);
        }
      }
      const moved = Math.max(
        Math.abs(windows.after.x - windows.before.x) / frame.width,
        Math.abs(windows.after.y - windows.before.y) / frame.height,
      );
      t.true(Math.abs(moved - share) < 0.02);
    }),
    { seed: 1, numRuns: 300 },
  );
  t.true(jumps > 50);
});

test('a list of disturbances names kinds, with or without a level', (t) => {
  t.deepEqual(parseDisturbances('patch:30,jump:0.25,patch:30', '--occlude'), [
    { kind: 'patch', level: 30 },
    { kind: 'jump', level: 0.25 },
  ]);
  t.deepEqual(
    parseDisturbances('lookalike', '--occlude').map(({ level }) => level),
    [5, 15, 30, 60],
  );
  t.deepEqual(parseDisturbances('patch,flat,cut,jump', '--occlude'), [...defaultDisturbances]);
});

for (const [text, said] of [
  ['smear', /^--occlude "smear": must be one of patch, flat, cut, lookalike, jump/],
  ['patch:0', /whole number of frames/],
  ['patch:2.5', /whole number of frames/],
  ['jump:30', /share of the frame above 0, at most 0\.3/],
  ['patch:3:4', /^--occlude "patch:3:4"/],
  ['', /^--occlude ""/],
] as const) {
  test(`the disturbance '${text}' is refused`, (t) => {
    t.throws(() => parseDisturbances(text, '--occlude'), { instanceOf: UsageError, message: said });
  });
}
