import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { heldOutClips } from '../data/hold-out.js';
import { discriminate } from '../discriminate/discriminate.js';
import { exportModel } from '../export/export-model.js';
import { fit } from '../fit/fit.js';
import { ingest } from '../ingest/ingest.js';
import { mine, readTracklets } from '../mine/mine.js';
import { bdMineOptions, type MineOptions } from '../mine/mine-clip.js';
import { miningInterval } from '../mine/progression.js';
import type { RoundReport } from '../mine/round-report.js';
import { pairAugmentation } from '../presets.js';
import type { LogEntry } from '../optimise/run-log.js';
import { openFrameStore } from '../store/frame-store.js';
import { writeCurves } from './curves.js';
import { DevSelection } from './dev-selection.js';
import { exportDiscriminator, exportRound } from './export-round.js';
import { withoutHeldOut, writeMinedReport } from './mined-report.js';
import { type RetrievalReport, retrievalStage } from './retrieval-stage.js';
import { openRunEngine, roundOf, stageFolders, type TrainingRun } from './training-run.js';
import { readAverage, weightsOf } from './weights.js';

/** Videos and images -> frame store with proposals. */
export async function ingestStage(run: TrainingRun): Promise<void> {
  const { videos, images, preset, openVideo, progress, signal } = run;
  await ingest({
    ...(videos === undefined ? {} : { videos }),
    ...(images === undefined ? {} : { images }),
    ...preset.ingest,
    out: stageFolders(run).store,
    openVideo,
    progress,
    ...(signal ? { signal } : {}),
  });
}

/** Frame store -> background-discrimination model, and how well it retrieves. */
export async function discriminateStage(run: TrainingRun): Promise<RetrievalReport> {
  const { preset, seed } = run;
  const { optimiser, objects, backgrounds } = preset.discriminate;
  const folders = stageFolders(run);
  const out = folders.discriminate;
  const holdOut = await heldOut(run);
  const augmentation = {
    ...pairAugmentation.self.search,
    shift: 0.06,
    wideShiftProbability: 0,
    shiftSigma: 0.03,
  };
  const { spec, imageShare } = preset;
  const data = { spec, seed, objects, backgrounds, augmentation, imageShare, holdOut };
  const engine = await openRunEngine(run);
  try {
    const watched = watch(run, 'discriminate', optimiser.steps);
    await discriminate({ engine, storeDir: folders.store, out, data, optimiser, ...watched });
  } finally {
    run.progress.finish();
    await engine[Symbol.asyncDispose]();
  }
  await writeCurves(out, 'Background discrimination', [['loss'], ['retrieval']]);
  await exportDiscriminator(run, `${engine.name} ${engine.precision}`);
  return retrievalStage(run, { modelDir: folders.discriminator, out });
}

/**
 * Frame store and a model -> tracklets and the round's report; the first round of fitting has none. The background-discrimination
 * model mines the first time, the network of the round before from then on; the interval doubles every time.
 */
export async function mineStage(run: TrainingRun, round: number): Promise<RoundReport> {
  const { preset, networkModule, progress, signal, seed } = run;
  const { maxInterval } = roundOf(run, round);
  const { store: storeDir, model, mined, discriminator } = stageFolders(run);
  const interval = miningInterval(round);
  const first = round === 1 ? { ...bdMineOptions, ...preset.firstMine } : {};
  const options: MineOptions = { ...preset.mine, ...first, interval };
  if (round === 1) await exportDiscriminator(run);
  const { tracklets, sightings, tried } = await mine({
    storeDir,
    modelDir: round === 1 ? discriminator : model(round - 1),
    networkModule,
    out: mined(round),
    options,
    workers: run.dataWorkers + 1,
    runner: run.jobs,
    progress,
    signal,
  });
  progress.note(
    `mine ${round}: ${tracklets} of ${tried} proposals came back to where they began: ${sightings} boxes`,
  );
  await using store = await openFrameStore(storeDir);
  return await writeMinedReport(store, mined(round), {
    round,
    seed,
    maxInterval,
    interval,
    miner: options.miner ?? 'tracker',
    tracklets: readTracklets(mined(round)),
    // what mine() mines
    clips: store.clips.filter(({ kind, frames }) => kind === 'video' && frames > options.shortest),
  });
}

/**
 * Pairs -> Siamese network, starting from the BD backbone or the round before; written as the round's model. With development
 * sequences the best checkpoint is what is written, else the last.
 */
export async function fitStage(run: TrainingRun, round: number): Promise<RetrievalReport> {
  const { preset, seed } = run;
  const { optimiser, minedShare, maxInterval } = roundOf(run, round);
  const folders = stageFolders(run);
  const out = folders.fit(round);
  const holdOut = await heldOut(run);
  const data = {
    spec: preset.spec,
    batchSize: preset.batchSize,
    seed: seed + round,
    ...pairAugmentation,
    tracklets: minedShare > 0 ? withoutHeldOut(readTracklets(folders.mined(round)), holdOut) : [],
    minedShare,
    maxInterval,
    imageShare: preset.imageShare,
    holdOut,
  };
  const start = weightsOf(run, round === 0 ? folders.discriminate : folders.fit(round - 1));
  const watched = watch(run, `fit ${round}`, optimiser.steps);
  const engine = await openRunEngine(run);
  const engineName = `${engine.name} ${engine.precision}`;
  try {
    const dev = devSelection(run, round, engineName);
    await dev?.resume(existsSync(join(out, 'checkpoint.safetensors')) ? readAverage(out) : null);
    const selecting = dev ? { onCheckpoint: (state: Parameters<typeof dev.see>[0]) => dev.see(state) } : {};
    await fit({ engine, storeDir: folders.store, out, data, optimiser, start, ...watched, ...selecting });
  } finally {
    run.progress.finish();
    await engine[Symbol.asyncDispose]();
  }
  await writeCurves(out, `Siamese network, round ${round}`, [['loss'], ['score', 'rank', 'box', 'absent']]);
  const { parameters } = weightsOf(run, out);
  await exportRound(run, { out: folders.model(round), round, engine: engineName, parameters });
  return retrievalStage(run, { modelDir: folders.model(round), out });
}

async function heldOut(run: TrainingRun): Promise<string[]> {
  await using store = await openFrameStore(stageFolders(run).store);
  return heldOutClips(store.clips);
}

/** Evaluates checkpoints of a fit where the run has development sequences. */
function devSelection(run: TrainingRun, round: number, engine: string): DevSelection | null {
  const { preset, dev, progress, seed, signal } = run;
  if (!dev) return null;
  const { steps, checkpointEvery } = roundOf(run, round).optimiser;
  const training = { method: 'a checkpoint', engine, seed, pairs: 0, finished: run.today };
  const card = { training: 'A checkpoint.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  return new DevSelection({
    dir: stageFolders(run).fit(round),
    steps,
    checkpointEvery,
    every: dev.every,
    exportModel: (parameters, out) => exportModel({ parameters, spec: preset.spec, out, training, card }),
    evaluate: dev.evaluate,
    signal,
    onScore: (entry, best) => {
      const kept = best === entry ? 'the best so far' : `best ${best.auc.toFixed(3)} at ${best.step}`;
      const score = `dev AUC ${entry.auc.toFixed(3)} (${kept})`;
      progress.note(`fit ${round} step ${entry.step}: ${score}, ${entry.seconds.toFixed(0)} s`);
      progress.show?.(score);
    },
  });
}

function watch({ progress, signal, dataWorkers }: TrainingRun, stage: string, steps: number) {
  let known = 0;
  progress.start(stage, steps);
  return {
    signal,
    dataWorkers,
    onStep: (step: number) => {
      progress.advance(step - known);
      known = step;
    },
    onLog: (entry: LogEntry) => {
      if (entry.step % 500 === 0)
        progress.note(`${stage} step ${entry.step}: loss ${(entry['loss'] ?? NaN).toFixed(4)}`);
    },
  };
}
