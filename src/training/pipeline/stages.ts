import { existsSync } from 'node:fs';
import { discriminate } from '../discriminate/discriminate.js';
import { ingest } from '../ingest/ingest.js';
import { mine, readTracklets } from '../mine/mine.js';
import { bdMineOptions, type MineOptions } from '../mine/mine-clip.js';
import { miningInterval } from '../mine/progression.js';
import type { RoundReport } from '../mine/round-report.js';
import { pairAugmentation } from '../presets.js';
import { openFrameStore } from '../store/frame-store.js';
import { fitTerms, writeCurves } from './curves.js';
import { ensureDiscriminator, exportDiscriminator, exportRound } from './export-round.js';
import { fitNetwork, heldOut, watch } from './fit-network.js';
import { writeMinedReport } from './mined-report.js';
import { type RetrievalReport, retrievalStage } from './retrieval-stage.js';
import { openRunEngine, roundOf, stageFolders, type TrainingRun } from './training-run.js';
import { weightsOf } from './weights.js';

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
 * model mines the first time (unless a model was adopted for round 0), the network of the round before from then on; the interval doubles every time.
 */
export async function mineStage(run: TrainingRun, round: number): Promise<RoundReport> {
  const { preset, networkModule, progress, signal, seed } = run;
  const { maxInterval } = roundOf(run, round);
  const { store: storeDir, model, mined, discriminator, adopted } = stageFolders(run);
  const interval = miningInterval(round);
  const byBd = round === 1 && !existsSync(adopted(0));
  const first = byBd ? { ...bdMineOptions, ...preset.firstMine } : {};
  const options: MineOptions = { ...preset.mine, ...first, interval };
  await using store = await openFrameStore(storeDir); // told before anything else is missed
  if (byBd) await ensureDiscriminator(run);
  const { tracklets, sightings, tried } = await mine({
    storeDir,
    modelDir: byBd ? discriminator : model(round - 1),
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
  const roundPreset = roundOf(run, round);
  const folders = stageFolders(run);
  const out = folders.fit(round);
  const start = weightsOf(run, round === 0 ? folders.discriminate : folders.fit(round - 1));
  const engine = await fitNetwork(run, {
    label: `fit ${round}`,
    title: `Siamese network, round ${round}`,
    out,
    spec: preset.spec,
    preset: roundPreset,
    mined: folders.mined(round),
    seed: seed + round,
    start,
    curves: fitTerms,
  });
  const { parameters } = weightsOf(run, out);
  await exportRound(run, { out: folders.model(round), round, engine, parameters });
  return retrievalStage(run, { modelDir: folders.model(round), out });
}
