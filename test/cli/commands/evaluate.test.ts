import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Summary } from '../../../src/training/evaluate/index.js';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';
import { movingSquare, temporaryFolder, writeSequence } from '../../training/evaluate/helpers/scripted.js';

const main = join(import.meta.dirname, '../../../src/cli/main.js');

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function tagalong(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** A model with random weights, and two sequences of 6 frames. */
async function prepare(t: ExecutionContext): Promise<{ root: string; data: string; model: string }> {
  const root = await temporaryFolder(t);
  const data = join(root, 'data');
  const model = join(root, 'model');
  for (const name of ['a', 'b']) await writeSequence(data, name, movingSquare(6));
  await mkdir(model);
  await writeTinyModel(model);
  return { root, data, model };
}

test('a table with every sequence and the mean is printed, and the files are written', async (t) => {
  const { root, data, model } = await prepare(t);
  const out = join(root, 'out');
  const { code, stdout, stderr } = await tagalong('evaluate', data, '--model', model, '--out', out);
  t.is(stderr, '');
  t.is(code, 0);
  t.regex(stdout, /^sequence +frames +AUC +prec20 +ms /);
  t.regex(stdout, /^a +6 +0\.\d{3} +[01]\.\d{3} +\d+\.\d\d /m);
  t.regex(stdout, /^b +6 /m);
  t.regex(stdout, /^mean +12 +0\.\d{3} /m);
  const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as Summary;
  t.deepEqual(Object.keys(summary), [
    'mean',
    'msPerFrame',
    'longTerm',
    'reacquisition',
    'reliability',
    'sequences',
  ]);
  t.is((await readFile(join(out, 'boxes', 'a.txt'), 'utf8')).trim().split('\n').length, 6);
});

test('sequences run side by side answer the same boxes, and say that times are not comparable', async (t) => {
  const { root, data, model } = await prepare(t);
  const boxes: string[] = [];
  for (const jobs of ['1', '2']) {
    const out = join(root, jobs);
    const { code, stdout } = await tagalong('evaluate', data, '--model', model, '--out', out, '--jobs', jobs);
    t.is(code, 0);
    t.is(stdout.includes('not comparable'), jobs === '2');
    boxes.push(await readFile(join(out, 'boxes', 'b.txt'), 'utf8'));
  }
  t.is(boxes[0], boxes[1]);
});

test('a tracker parameter given with --set reaches the tracker', async (t) => {
  const { root, data, model } = await prepare(t);
  const state = async (...set: readonly string[]): Promise<string> => {
    const out = join(root, `out${set.length}`);
    const { code } = await tagalong('evaluate', data, '--model', model, '--out', out, '--only', 'a', ...set);
    t.is(code, 0);
    return (await readFile(join(out, 'states', 'a.txt'), 'utf8')).trim().split('\n').at(-1)!;
  };
  t.is(await state('--set', 'coastBelow=0', '--set', 'resumeAbove=0'), 'tracking');
  t.not(await state('--set', 'coastBelow=1', '--set', 'resumeAbove=1', '--set', 'coastFrames=2'), 'tracking');
});

test('with --occlude the sequences are disturbed instead: one table, one file, the same with more jobs', async (t) => {
  const { root, model } = await prepare(t);
  const data = join(root, 'long');
  const still = Array.from({ length: 50 }, () => movingSquare(8)[7]!);
  for (const name of ['c', 'd']) await writeSequence(data, name, still);
  const outcomes: string[] = [];
  for (const jobs of ['1', '2']) {
    const out = join(root, `occluded${jobs}`);
    const list = 'cut:5,patch:5,jump:0.1';
    const args = ['--occlude', list, '--seed', '7', '--jobs', jobs, '--out', out];
    const { code, stdout, stderr } = await tagalong('evaluate', data, '--model', model, ...args);
    t.is(stderr, '');
    t.is(code, 0);
    t.regex(stdout, /^occlusion +cases +held /);
    t.regex(stdout, /^cut 5 +2 /m);
    t.regex(stdout, /^jump 0\.1 +2 /m);
    t.true(stdout.split('\n').every((line) => line.length <= 100 || line.startsWith('written')));
    outcomes.push(await readFile(join(out, 'occlusion.json'), 'utf8'));
  }
  t.is(outcomes[0], outcomes[1]);
});

test('what cannot be is told in one line, with exit code 2', async (t) => {
  const { root, data, model } = await prepare(t);
  await mkdir(join(root, 'empty'));
  const cases: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
    [[join(root, 'nowhere'), '--model', model], /^error: sequences ".*nowhere": no such folder\n$/],
    [
      [join(root, 'empty'), '--model', model],
      /^error: sequences ".*empty": no folder inside holds a groundtruth/,
    ],
    [[data, '--model', join(root, 'none')], /^error: .*none".*\n$/],
    [[data, '--model', model, '--only', 'a,z'], /^error: only "z": no such sequence in/],
    [[data, '--model', model, '--only', 'a,'], /^error: --only "a,": must be names separated by commas\n$/],
    [[data, '--model', model, '--set', 'nonsense=1'], /^error: tracker parameter nonsense: unknown/],
    [[data, '--model', model, '--jobs', '0'], /^error: --jobs "0"/],
    [[data, '--model', model, '--occlude', 'smear'], /^error: --occlude "smear": must be one of patch/],
    [[data, '--model', model, '--occlude', 'jump:2'], /^error: --occlude "jump:2": a jump is a share/],
    [
      [data, '--model', model, '--occlude', '--reference', 'x.json'],
      /^error: --reference "x.json": does not go with --occlude/,
    ],
    [
      [data, '--model', model, '--reference', join(root, 'r.json')],
      /^error: reference ".*r\.json": cannot be read/,
    ],
  ];
  for (const [args, complaint] of cases) {
    const { code, stdout, stderr } = await tagalong('evaluate', ...args);
    t.is(code, 2, stderr);
    t.regex(stderr, complaint);
    t.is(stderr.trim().split('\n').length, 1);
    t.is(stdout, '');
  }
});

test('a count of frames that is not that of the truth is a failure with a partial result', async (t) => {
  const { data, model } = await prepare(t);
  await writeSequence(data, 'short', movingSquare(6), { frames: 4 });
  const { code, stdout, stderr } = await tagalong('evaluate', data, '--model', model);
  t.is(code, 1);
  t.regex(stderr, /^error: short: groundtruth\.txt has 6 lines, .* has 4 frames\n$/);
  t.regex(stdout, /^short \* +4 /m);
  t.regex(stdout, /partial result/);
});
