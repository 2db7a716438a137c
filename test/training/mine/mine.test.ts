import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { mine, type MineStageOptions, readTracklets } from '../../../src/training/mine/mine.js';
import type { MineOptions } from '../../../src/training/mine/mine-clip.js';
import { openFrameStore } from '../../../src/training/store/frame-store.js';
import { makeRenderedStore, renderedClips, type RenderedStore } from '../../support/rendered-store.js';
import { modelContract } from '../../support/model-contract.js';

let rendered: RenderedStore;

test.before(async () => {
  rendered = await makeRenderedStore();
});

test.after.always(async () => {
  await rendered.remove();
});

const options: MineOptions = {
  longest: 16,
  shortest: 3,
  minConfidence: 0.1,
  minAgreement: 0.2,
  startEvery: 4,
  perStart: 2,
};

/** A model folder with the scripted network, `marks` say how it misbehaves; and a mine stage with it. */
async function prepare(
  name: string,
  ...marks: readonly string[]
): Promise<MineStageOptions & { readonly options: MineOptions }> {
  const modelDir = join(rendered.scratch, `${name}-model`);
  await mkdir(modelDir);
  await writeFile(join(modelDir, 'contract.json'), JSON.stringify(modelContract()));
  for (const mark of marks) await writeFile(join(modelDir, mark), '');
  return {
    storeDir: rendered.dir,
    modelDir,
    networkModule: new URL('./scripted-network.js', import.meta.url).href,
    out: join(rendered.scratch, name),
    options,
  };
}

test('every video is mined: what comes back to where it began becomes a tracklet', async (t) => {
  const stage = await prepare('plain');
  const report = await mine(stage);
  const tracklets = readTracklets(stage.out);
  t.true(tracklets.length > 0);
  t.is(report.tracklets, tracklets.length);
  t.is(
    report.sightings,
    tracklets.reduce((sum, { sightings }) => sum + sightings.length, 0),
  );
  t.true(report.tried >= report.tracklets && report.updates > report.sightings);
  t.deepEqual(JSON.parse(await readFile(join(stage.out, 'report.json'), 'utf8')), report);
  t.deepEqual(
    (await readdir(join(stage.out, 'clips'))).sort(),
    Object.values(renderedClips)
      .map((clip) => `${clip}.json`)
      .sort(),
    'no image is mined',
  );
  for (const { sightings } of tracklets) {
    t.true(sightings.length > options.shortest);
    const [first] = sightings;
    t.is(first!.frame % options.startEvery, first!.frame < 6 ? 0 : 6 % options.startEvery);
    for (const { grade } of sightings) t.true(grade >= 0 && grade <= 0.9 + 1e-6);
    // a network that always sees its target in the middle stays where it began
    for (const { box } of sightings) t.true(Math.abs(box.cx - first!.box.cx) < 0.5 + first!.box.width / 8);
  }
});

test('a tracklet never straddles a cut', async (t) => {
  const stage = await prepare('cuts');
  await using store = await openFrameStore(rendered.dir);
  t.deepEqual(store.clips.find(({ name }) => name === renderedClips.cut)?.cuts, [6]);
  await mine(stage);
  const spans = readTracklets(stage.out)
    .filter(({ clip }) => clip === renderedClips.cut)
    .map(({ sightings }) => sightings.map(({ frame }) => frame));
  t.true(spans.some((frames) => frames[0]! < 6) && spans.some((frames) => frames[0]! >= 6));
  for (const frames of spans) {
    t.is(new Set(frames.map((frame) => frame >= 6)).size, 1, frames.join(' '));
    t.is(frames.at(-1)! - frames[0]!, frames.length - 1, 'without a gap');
  }
});

test('two workers find what one finds', async (t) => {
  const [one, two] = [await prepare('one'), await prepare('two')];
  t.deepEqual(await mine(one), await mine({ ...two, workers: 2 }));
  t.deepEqual(readTracklets(one.out), readTracklets(two.out));
});

test('a stage started again mines only the clips that are missing', async (t) => {
  const stage = await prepare('resumed');
  const report = await mine(stage);
  const file = (clip: string): string => join(stage.out, 'clips', `${clip}.json`);
  const kept = await stat(file(renderedClips.flight));
  await rm(file(renderedClips.squares));
  await rm(join(stage.out, 'tracklets.json'));
  const opened = (): number => readFileSync(join(stage.modelDir, 'opened'), 'utf8').length;
  t.is(opened(), 1);
  t.deepEqual(await mine({ ...stage, workers: 3 }), report);
  t.is(opened(), 2, 'one clip, one worker');
  t.is((await stat(file(renderedClips.flight))).mtimeMs, kept.mtimeMs);
  t.deepEqual(await mine(stage), report);
  t.is(opened(), 2, 'nothing to do');
});

test('what another model or other options mined is refused, not taken', async (t) => {
  const stage = await prepare('changed');
  await mine(stage);
  await t.throwsAsync(mine({ ...stage, options: { ...options, perStart: 1 } }), {
    name: 'TrainingError',
    message: /changed: mined before otherwise \(perStart was 2, is 1\)/,
  });
  const contract = modelContract();
  const other = { ...contract, search: { ...contract.search, sha256: 'f'.repeat(64) } };
  await writeFile(join(stage.modelDir, 'contract.json'), JSON.stringify(other));
  await t.throwsAsync(mine(stage), { name: 'TrainingError', message: /the inputs changed/ });
});

for (const [mark, reason] of [
  ['broken', /mining failed: this network is broken/],
  ['fails-later', /mining failed: inference failed/],
  ['exits', /mining failed: the worker ended with exit code 3/],
] as const) {
  test(`a worker that fails (${mark}) ends the stage with a training error`, async (t) => {
    const stage = await prepare(mark, mark);
    await t.throwsAsync(mine({ ...stage, workers: 2 }), { name: 'TrainingError', message: reason });
    t.false(existsSync(join(stage.out, 'tracklets.json')));
    t.throws(() => readTracklets(stage.out), { name: 'TrainingError', message: /tracklets\.json/ });
  });
}

test('without the model of the round before the stage says what is missing', async (t) => {
  const stage = await prepare('modelless');
  await rm(join(stage.modelDir, 'contract.json'));
  await t.throwsAsync(mine(stage), { name: 'TrainingError', message: /modelless-model.*no readable model/ });
});

test('an aborted stage stops with the signal’s reason and can be gone on with', async (t) => {
  const stage = await prepare('aborted');
  const controller = new AbortController();
  const progress = {
    start: () => undefined,
    advance: () => {
      controller.abort();
    },
    note: () => undefined,
    finish: () => undefined,
  };
  await t.throwsAsync(mine({ ...stage, progress, signal: controller.signal }), {
    any: true,
    name: 'AbortError',
  });
  t.is((await readdir(join(stage.out, 'clips'))).length, 1);
  const report = await mine(stage);
  t.true(report.tracklets > 0);
});
