import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { TrainingError } from '../../../src/core/errors.js';
import { writeFileAtomic, writeJsonAtomic } from '../../../src/training/stage/atomic.js';
import { digestOf, stageState, writeStageManifest } from '../../../src/training/stage/manifest.js';

async function inFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'tagalong-stage-'));
  try {
    await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const intent = { stage: 'fit', inputs: digestOf({ a: 1 }), options: { batch: 32, seed: 1 } };

test('a stage is fresh, then to be resumed, then done', (t) =>
  inFolder(async (dir) => {
    t.deepEqual(await stageState(dir, intent), { kind: 'fresh' });
    await writeStageManifest(dir, intent, false);
    t.deepEqual(await stageState(dir, intent), { kind: 'resume' });
    await writeStageManifest(dir, intent, true);
    t.deepEqual(await stageState(dir, intent), { kind: 'done' });
  }));

test('what changed is said', (t) =>
  inFolder(async (dir) => {
    await writeStageManifest(dir, intent, true);
    const difference = async (other: object): Promise<unknown> => {
      const state = await stageState(dir, { ...intent, ...other });
      return state.kind === 'changed' ? state.difference : state.kind;
    };
    t.is(await difference({ options: { batch: 64, seed: 1 } }), 'batch was 32, is 64');
    t.is(await difference({ options: { seed: 1 } }), 'batch was 32, is absent');
    t.is(await difference({ options: { seed: 1, batch: 32 } }), 'done');
    t.is(await difference({ inputs: digestOf({ a: 2 }) }), 'the inputs changed');
    t.is(await difference({ stage: 'mine' }), 'made by fit, not mine');
  }));

test('a corrupt manifest is an error that names the file', (t) =>
  inFolder(async (dir) => {
    await writeFile(join(dir, 'stage.json'), '{');
    await t.throwsAsync(stageState(dir, intent), { instanceOf: TrainingError, message: /stage\.json/ });
  }));

test('a digest does not depend on the order of keys, but on every value', (t) => {
  t.is(digestOf({ a: 1, b: [{ c: 2, d: 3 }] }), digestOf({ b: [{ d: 3, c: 2 }], a: 1 }));
  t.not(digestOf({ a: [1, 2] }), digestOf({ a: [2, 1] }));
});

test('atomic writing makes the folder and leaves nothing beside the file', (t) =>
  inFolder(async (dir) => {
    await writeFileAtomic(join(dir, 'deep/file'), 'old');
    await writeFileAtomic(join(dir, 'deep/file'), 'new');
    await writeJsonAtomic(join(dir, 'deep/value.json'), { a: [1] });
    t.deepEqual((await readdir(join(dir, 'deep'))).sort(), ['file', 'value.json']);
    t.is(await readFile(join(dir, 'deep/file'), 'utf8'), 'new');
    t.is(await readFile(join(dir, 'deep/value.json'), 'utf8'), '{\n  "a": [\n    1\n  ]\n}\n');
  }));
