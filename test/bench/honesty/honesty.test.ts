import test from 'ava';
import { ablation, parseNamed } from '../../../bench/honesty/settings.js';
import { markdownTable, rowOf } from '../../../bench/honesty/table.js';
import { UsageError } from '../../../src/core/errors.js';
import type { Answer } from '../../../src/training/evaluate/index.js';
import { type ScoredRun, scoreRun } from '../../../src/training/evaluate/summary.js';
import type { CaseScore } from '../../../src/training/occlude/index.js';

test('a setting is a name and parameters the tracker knows', (t) => {
  t.deepEqual(parseNamed('memory:memoryWeight=0, memoryRate=0.5', '--module'), {
    name: 'memory',
    parameters: { memoryWeight: 0, memoryRate: 0.5 },
  });
  t.deepEqual(parseNamed('plain', '--setting'), { name: 'plain', parameters: {} });
  t.throws(() => parseNamed('memory:memoryWeight', '--module'), {
    instanceOf: UsageError,
    message: '--module "memory:memoryWeight": "memoryWeight" is not key=number',
  });
  t.throws(() => parseNamed(':memoryWeight=0', '--module'), { instanceOf: UsageError });
  t.throws(() => parseNamed('x:nonsense=1', '--module'), { instanceOf: UsageError, message: /nonsense/ });
});

test('an ablation switches modules off: all, none, each alone, each left out', (t) => {
  const modules = ['a', 'b', 'c'].map((name) => ({ name, parameters: { [name]: 0 } }));
  const settings = Object.fromEntries(
    ablation(modules, { base: 1 }).map(({ name, parameters }) => [name, parameters]),
  );
  t.deepEqual(settings, {
    all: { base: 1 },
    none: { base: 1, a: 0, b: 0, c: 0 },
    'only a': { base: 1, b: 0, c: 0 },
    'only b': { base: 1, a: 0, c: 0 },
    'only c': { base: 1, a: 0, b: 0 },
    'without a': { base: 1, a: 0 },
    'without b': { base: 1, b: 0 },
    'without c': { base: 1, c: 0 },
  });
  t.deepEqual(
    ablation(modules.slice(1), {}).map(({ name }) => name),
    ['all', 'none', 'without b', 'without c'],
  );
  t.deepEqual(ablation([], {}), []);
});

const here = { cx: 10, cy: 10, width: 20, height: 20 };
const seen: Answer = { state: 'tracking', box: here, confidence: 1 };
const lost: Answer = { state: 'lost', box: null, confidence: 0 };

function run(name: string, answers: readonly Answer[]): ScoredRun {
  const truth = answers.map(() => here);
  return scoreRun(
    { name, input: name, truth },
    { name, answers, updateMs: [2], failures: [], problem: null },
  );
}

const disturbed = (sequence: string, kind: CaseScore['kind'], framesToSee: number | null): CaseScore => ({
  sequence,
  kind,
  level: kind === 'jump' ? 0.2 : 10,
  first: 0,
  from: 26,
  to: 36,
  held: true,
  lead: { held: 20, doubted: 0 },
  covered: kind === 'jump' ? { frames: 0, tracking: 0 } : { frames: 10, tracking: 3 },
  framesToSee,
  switched: false,
});

test('a row is of its part of the sequences alone, and of all their disturbances together', (t) => {
  const measured = {
    name: 'all',
    runs: [run('a', [seen, seen, seen]), run('b', [seen, lost, lost])],
    cases: [disturbed('a', 'cut', 3), disturbed('a', 'jump', null), disturbed('b', 'cut', null)],
  };
  const a = rowOf(measured, new Set(['a']));
  t.true(Math.abs(a.auc! - 20 / 21) < 1e-12);
  t.is(a.falseAlarm, 0);
  t.is(a.fScore, 1);
  t.is(a.covered, 0.3);
  t.is(a.found, 1 / 2);
  t.is(a.ms, 2);
  t.is(a.trueAbsence, null);
  const both = rowOf(measured, new Set(['a', 'b']));
  t.is(both.falseAlarm, 1 / 2);
  t.is(both.found, 1 / 3);
  t.is(
    markdownTable('Half', [a]).split('\n').at(-2),
    '| all | 0.952 | 1.000 | 1.000 | – | 0.0 % | 0.000 | 30.0 % | 50.0 % | 0.0 % | 2.00 |',
  );
  t.is(rowOf(measured, new Set()).auc, null);
});
