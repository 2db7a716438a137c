import { join } from 'node:path';
import { type ModelContract } from '../../core/model/contract.js';
import { TrainingError } from '../../core/errors.js';
import { discriminate } from '../discriminate/discriminate.js';
import { exportModel } from '../export/export-model.js';
import { fit } from '../fit/fit.js';
import { ingest } from '../ingest/ingest.js';
import { readTensorFile } from '../network/tensor-file.js';
import { type Parameters } from '../network/parameters.js';
import { pairAugmentation } from '../presets.js';
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

/** Frame store and BD backbone -> Siamese network. */
export async function fitStage(run: TrainingRun): Promise<void> {
  const { preset, seed } = run;
  const { optimiser, batchSize } = preset.fit;
  const { store, discriminate: bd, fit: out } = stageFolders(run);
  await using engine = await openRunEngine(run);
  const data = {
    spec: preset.spec,
    batchSize,
    seed,
    ...pairAugmentation,
    tracklets: [],
    minedShare: 0,
    maxInterval: 30,
    imageShare: preset.imageShare,
  };
  const start = { name: 'discriminate', parameters: averageOf(bd) };
  await fit({ engine, storeDir: store, out, data, optimiser, start, ...watch(run, 'fit', optimiser.steps) });
  await writeCurves(out, 'Siamese network', [['loss'], ['score', 'rank', 'box', 'absent']]);
}

/** Fitted weights -> model folder. */
export async function exportStage(run: TrainingRun, out: string, finished: string): Promise<ModelContract> {
  const { preset, seed } = run;
  const folders = stageFolders(run);
  const { optimiser, batchSize } = preset.fit;
  await using engine = await openRunEngine(run);
  await using store = await openFrameStore(folders.store);
  const clips = (kind: 'video' | 'image'): number => store.clips.filter((clip) => clip.kind === kind).length;
  return await exportModel({
    parameters: averageOf(folders.fit),
    spec: preset.spec,
    out,
    training: {
      method: 'self-pairs, background-discrimination backbone',
      engine: `${engine.name} ${engine.precision}`,
      seed,
      pairs: optimiser.steps * batchSize,
      finished,
    },
    card: {
      training:
        'Learned without a label and without pretrained weights: a contrastive background-discrimination model gives the backbone, then the Siamese network is fitted on pairs of augmented views of proposed boxes.',
      data: {
        videos: clips('video'),
        images: clips('image'),
        frames: store.clips.reduce((sum, { frames }) => sum + frames, 0),
      },
      hours: hoursOf(folders.discriminate) + hoursOf(folders.fit),
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
