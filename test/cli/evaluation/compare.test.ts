import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';
import { tagalong } from '../../support/command-line.js';
import { movingSquare, temporaryFolder, writeSequence } from '../../training/evaluate/helpers/scripted.js';

test('two models are evaluated in turn, printed side by side, and drawn together', async (t) => {
  const root = await temporaryFolder(t);
  const data = join(root, 'data');
  for (const name of ['a', 'b']) await writeSequence(data, name, movingSquare(6));
  const models = [join(root, 'first'), join(root, 'second')];
  for (const model of models) {
    await mkdir(model);
    await writeTinyModel(model);
  }
  const out = join(root, 'out');
  const { code, stdout, stderr } = await tagalong('evaluate', data, '--compare', ...models, '--out', out);
  t.is(code, 0, stderr);
  const lines = stdout.split('\n');
  t.regex(lines[1]!, /first +second +first +second/);
  // the same model twice: no gain
  for (const name of ['a', 'b', 'mean']) {
    t.regex(
      lines.find((line) => line.startsWith(`${name} `))!,
      / \+0\.000 /,
    );
  }
  const page = await readFile(join(out, 'compare.html'), 'utf8');
  t.regex(page, /<title>first beside second<\/title>/);
  for (const name of ['first', 'second']) {
    const summary = JSON.parse(await readFile(join(out, name, 'summary.json'), 'utf8')) as {
      sequences: unknown[];
    };
    t.is(summary.sequences.length, 2);
  }
});

test('a comparison needs two different models, and goes with no queue, reference or occlusion', async (t) => {
  const cases: readonly (readonly [string[], RegExp])[] = [
    [['--compare', 'a'], /--compare "a": name two different model folders/],
    [['--compare', 'a', './a'], /--compare "a .\/a": name two different/],
    [['--compare', 'a', 'b', 'c'], /--compare "a b c"/],
    [['--compare', 'a', 'b', '--reference', 'r.json'], /--reference "r.json": does not go with --compare/],
    [['--compare', 'a', 'b', '--occlude'], /--compare "a b": does not go with --occlude/],
  ];
  for (const [args, complaint] of cases) {
    const { code, stderr } = await tagalong('evaluate', '/nowhere', ...args);
    t.regex(stderr, complaint);
    t.is(code, 2);
  }
});
