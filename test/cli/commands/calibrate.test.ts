import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { tagalong } from '../../support/command-line.js';
import { makeRenderedStore } from '../../support/rendered-store.js';
import { writeTinyModel } from '../../runtime/inference/tiny-model.js';

test('what cannot be is told in one line, with exit code 2', async (t) => {
  const cases: readonly (readonly [args: readonly string[], complaint: RegExp])[] = [
    [[], /^error: calibrate needs either --videos DIR or --store DIR\n$/],
    [['--videos', 'a', '--store', 'b'], /^error: calibrate needs either/],
    [['--store', 'a', '--clips', '1'], /^error: --clips "1": must be a whole number, 2 or more/],
    [['--store', 'a', '--set', 'nonsense=1'], /^error: tracker parameter nonsense: unknown/],
    [['--videos', '/nowhere/at/all'], /^error: .*\/nowhere\/at\/all/],
  ];
  for (const [args, complaint] of cases) {
    const { code, stderr } = await tagalong('calibrate', ...args);
    t.regex(stderr, complaint, args.join(' '));
    t.is(code, 2, args.join(' '));
  }
});

test('clips that show too little fail with the reason, without half a file', async (t) => {
  const rendered = await makeRenderedStore();
  t.teardown(() => rendered.remove());
  const model = join(rendered.scratch, 'model');
  await mkdir(model);
  await writeTinyModel(model);
  const { code, stderr } = await tagalong('calibrate', '--store', rendered.dir, '--model', model);
  t.is(code, 1);
  // the rendered clips are shorter than the shortest target
  t.regex(stderr, /error: the clips show too little to fit a confidence: 0 samples, 0 of them correct/);
});

test('a folder that holds no store is named', async (t) => {
  const { code, stderr } = await tagalong('calibrate', '--store', '/nowhere');
  t.is(code, 1);
  t.regex(stderr, /^error: .*\/nowhere\/index\.json: no frame store here/);
});
