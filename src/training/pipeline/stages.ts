import { basename, join } from 'node:path';
import type { ModelContract } from '../../core/model/contract.js';
import { TrainingError, UsageError } from '../../core/errors.js';
import { discriminate } from '../discriminate/discriminate.js';
import { exportModel } from '../export/export-model.js';
import { fit } from '../fit/fit.js';
import { ingest } from '../ingest/ingest.js';
import { readTensorFile } from '../network/tensor-file.js';
import type { Parameters } from '../network/parameters.js';
import { mine, readTracklets } from '../mine/mine.js';
import { pairAugmentation, type RoundPreset } from '../presets.js';
import { type LogEntry, readRunLog } from '../optimise/run-log.js';
import { openFrameStore } from '../store/frame-store.js';
import { writeCurves } from './curves.js';
import { openRunEngine, stageFolders, type TrainingRun } from './training-run.js';

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

/** Frame store -> background-discrimination model. */
export async function discriminateStage(run: TrainingRun): Promise<void> {
  const { preset, seed } = run;
  const { optimiser, objects, backgrounds } = preset.discriminate;
  const { store, discriminate: out } = stageFolders(run);
  await using engine = await openRunEngine(run);
  const augmentation = {
    ...pairAugmentation.self.search,
    shift: 0.06,
    wideShiftProbability: 0,
    shiftSigma: 0.03,
  };
  const data = { spec: preset.spec, seed, objects, backgrounds, augmentation, imageShare: preset.imageShare };
  await discriminate({
    engine,
    storeDir: store,
    out,
    data,
    optimiser,
    ...watch(run, 'discriminate', optimiser.steps),
  });
  await writeCurves(out, 'Background discrimination', [['loss'], ['retrieval']]);
}

/** Frame store and the network of the round before -> tracklets; the first round has none. */
export async function mineStage(run: TrainingRun, round: number): Promise<void> {
  const { preset, networkModule, progress, signal } = run;
  roundOf(run, round);
  const { store, model, mined } = stageFolders(run);
  const { tracklets, sightings, tried } = await mine({
    storeDir: store,
    modelDir: model(round - 1),
    networkModule,
    out: mined(round),
    options: preset.mine,
    workers: run.dataWorkers + 1,
    progress,
    signal,
  });
  progress.note(
    `mine ${round}: ${tracklets} of ${tried} proposals came back to where they began: ${sightings} boxes`,
  );
}

/** Pairs -> Siamese network, starting from the BD backbone or the round before; written as the round's model. */
export async function fitStage(run: TrainingRun, round: number): Promise<void> {
  const { preset, seed } = run;
  const { optimiser, minedShare, maxInterval } = roundOf(run, round);
  const folders = stageFolders(run);
  const out = folders.fit(round);
  const tracklets = minedShare > 0 ? readTracklets(folders.mined(round)) : [];
  const data = {
    spec: preset.spec,
    batchSize: preset.batchSize,
    seed: seed + round,
    ...pairAugmentation,
    tracklets,
    minedShare,
    maxInterval,
    imageShare: preset.imageShare,
  };
  const before = round === 0 ? folders.discriminate : folders.fit(round - 1);
  const start = { name: basename(before), parameters: averageOf(before) };
  const watched = watch(run, `fit ${round}`, optimiser.steps);
  const engine = await openRunEngine(run);
  try {
    await fit({ engine, storeDir: folders.store, out, data, optimiser, start, ...watched });
  } finally {
    await engine[Symbol.asyncDispose]();
  }
  await writeCurves(out, `Siamese network, round ${round}`, [['loss'], ['score', 'rank', 'box', 'absent']]);
  await exportStage(run, folders.model(round), round, `${engine.name} ${engine.precision}`);
}

/** Weights of a round -> model folder. */
async function exportStage(
  run: TrainingRun,
  out: string,
  round: number,
  engine: string,
): Promise<ModelContract> {
  const { preset, seed } = run;
  const folders = stageFolders(run);
  const rounds = Array.from({ length: round + 1 }, (_, index) => index);
  await using store = await openFrameStore(folders.store);
  const clips = (kind: 'video' | 'image'): number => store.clips.filter((clip) => clip.kind === kind).length;
  const steps = rounds.reduce((sum, index) => sum + roundOf(run, index).optimiser.steps, 0);
  const stages = [folders.discriminate, ...rounds.map((index) => folders.fit(index))];
  return await exportModel({
    parameters: averageOf(folders.fit(round)),
    spec: preset.spec,
    out,
    training: {
      method: `background discrimination, self-pairs${round > 0 ? `, ${round} mined rounds` : ''}`,
      engine,
      seed,
      pairs: steps * preset.batchSize,
      finished: run.today,
    },
    card: {
      training: [
        'Learned without a label and without pretrained weights: a contrastive background-discrimination model gives the',
        'backbone, the Siamese network is fitted on pairs of augmented views of proposed boxes' +
          (round > 0 ? '' : '.'),
        ...(round > 0 ? ['and on tracklets that it mined itself by the forward-backward check.'] : []),
      ].join(' '),
      data: {
        videos: clips('video'),
        images: clips('image'),
        frames: store.clips.reduce((sum, { frames }) => sum + frames, 0),
      },
      hours: stages.reduce((sum, dir) => sum + hoursOf(dir), 0),
    },
  });
}

function roundOf({ preset }: TrainingRun, round: number): RoundPreset {
  const found = preset.rounds[round];
  if (!found)
    throw new UsageError(`--round ${round}: the preset has ${preset.rounds.length} rounds, counted from 0`);
  return found;
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

/** The averaged weights of a stage's checkpoint. @throws TrainingError when the stage has not run. */
function averageOf(stageDir: string): Parameters {
  const { tensors } = readTensorFile(join(stageDir, 'checkpoint.safetensors'));
  const average = new Map(
    [...tensors]
      .filter(([name]) => name.startsWith('average/'))
      .map(([name, value]) => [name.slice('average/'.length), value]),
  );
  if (average.size === 0) throw new TrainingError(`${stageDir}: the checkpoint holds no averaged weights`);
  return average;
}

/** Hours of optimisation, over all interruptions: the curves keep the mean time of a step. */
function hoursOf(stageDir: string): number {
  const log = readRunLog(join(stageDir, 'curve.jsonl'));
  const seconds = log.map(
    ({ step, seconds: each = 0 }, index) => each * (step - (log[index - 1]?.step ?? 0)),
  );
  return seconds.reduce((sum, each) => sum + each, 0) / 3600;
}
