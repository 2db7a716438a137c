import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { proveFolder } from '../../../src/cli/agent/prove-folder.js';
import { modelBundle } from '../../../src/cli/fleet/model-bundle.js';
import { parseGolden } from '../../../src/fleet/bundle/contents.js';
import { temporaryFolder } from '../../fleet/support/test-fleet.js';

const bundle = modelBundle('models/nano-int8');

/** The bundle of the small model that ships, laid out as in a slot. */
async function folderOf(
  t: ExecutionContext,
  change: (files: Map<string, Uint8Array>) => void = () => undefined,
) {
  const folder = await temporaryFolder(t);
  const files = new Map(await bundle);
  change(files);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

/** A machine on which an update takes `before` ms, and after a pause `after`. */
function machine(before: number, after: number) {
  let [atMs, tookMs] = [0, before];
  const it = {
    pauses: 0,
    options: {
      ...{ providers: ['cpu'] as const, threads: 1, updateBudgetMs: 33 },
      now: () => (atMs += tookMs),
      pause: () => {
        it.pauses += 1;
        tookMs = after;
        return Promise.resolve();
      },
    },
  };
  return it;
}

test('a model in time is proven at the first look', async (t) => {
  const it = machine(20, 20);
  const proof = await proveFolder(await folderOf(t), it.options);
  t.like(proof, { provider: 'cpu', updateMs: 20, again: false });
  t.true(proof.share > 0.9 && proof.meanOverlap > 0.9, JSON.stringify(proof));
  t.is(it.pauses, 0);
});

test('a model that is late on a busy device is measured once more after a pause', async (t) => {
  const it = machine(50, 20);
  t.like(await proveFolder(await folderOf(t), it.options), { updateMs: 20, again: true });
  t.is(it.pauses, 1);
});

test('a model that is late twice is refused, with both times', async (t) => {
  const it = machine(50, 40);
  await t.throwsAsync(proveFolder(await folderOf(t), it.options), {
    name: 'FleetError',
    message: /takes 50\.0 ms on this device, and 40\.0 ms when measured again, more than updateBudgetMs 33/,
  });
  t.is(it.pauses, 1);
});

test('other boxes than the publisher had have no second try', async (t) => {
  const it = machine(20, 20);
  const folder = await folderOf(t, (files) => {
    const golden = parseGolden(new TextDecoder().decode(files.get('golden.json')));
    const expected = golden.expected.map((box) => ({ ...box, cx: box.cx + 30 }));
    files.set('golden.json', Buffer.from(JSON.stringify({ ...golden, expected })));
  });
  await t.throwsAsync(proveFolder(folder, it.options), {
    message: /^follows the golden clip otherwise here/,
  });
  t.is(it.pauses, 0);
});
