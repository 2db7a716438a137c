import { join } from 'node:path';
import { existsSync } from 'node:fs';
import type { ModelContract } from '../../core/model/contract.js';
import type { ModelCard } from '../export/card.js';
import { exportEmbedding } from '../export/export-embedding.js';
import { exportModel } from '../export/export-model.js';
import type { Parameters } from '../network/parameters.js';
import { readRunLog } from '../optimise/run-log.js';
import { openFrameStore } from '../store/frame-store.js';
import { bestOf, readDevLog } from './dev-selection.js';
import { roundOf, stageFolders, type TrainingRun } from './training-run.js';
import { averageOf } from './weights.js';

/** Weights of a round -> model folder with its card. */
export async function exportRound(
  run: TrainingRun,
  { out, round, engine, parameters }: { out: string; round: number; engine: string; parameters: Parameters },
): Promise<ModelContract> {
  const { preset, seed, dev } = run;
  const folders = stageFolders(run);
  const rounds = Array.from({ length: round + 1 }, (_, index) => index);
  const steps = rounds.reduce((sum, index) => sum + roundOf(run, index).optimiser.steps, 0);
  const stages = [folders.discriminate, ...rounds.map((index) => folders.fit(index))];
  const best = dev ? bestOf(readDevLog(folders.fit(round))) : null;
  const scores = best
    ? [
        { what: 'success AUC, development sequences', value: best.auc.toFixed(3) },
        { what: 'precision at 20 px, development sequences', value: best.precision20.toFixed(3) },
        { what: 'kept from step', value: `${best.step} of round ${round}` },
      ]
    : [];
  return await exportModel({
    parameters,
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
        ...(round > 0
          ? ['and on tracklets that were mined from the videos by the forward-backward check.']
          : []),
      ].join(' '),
      data: await dataOf(run),
      hours: stages.reduce((sum, dir) => sum + hoursOf(dir), 0),
      scores,
    },
  });
}

/** The background-discrimination model as a model folder; left alone when it is there, whatever engine trained it. */
export async function exportDiscriminator(run: TrainingRun, engine = 'not recorded'): Promise<void> {
  const { preset, seed } = run;
  const folders = stageFolders(run);
  if (existsSync(join(folders.discriminator, 'contract.json'))) return;
  const { steps } = preset.discriminate.optimiser;
  await exportEmbedding({
    parameters: averageOf(folders.discriminate),
    spec: preset.spec,
    out: folders.discriminator,
    training: {
      method: 'background discrimination',
      engine,
      seed,
      pairs: steps * preset.discriminate.objects,
      finished: run.today,
    },
    card: {
      training:
        'Learned without a label: tells an object from its surroundings. It mines the first round; it is no tracker.',
      data: await dataOf(run),
      hours: hoursOf(folders.discriminate),
    },
  });
}

async function dataOf(run: TrainingRun): Promise<ModelCard['data']> {
  await using store = await openFrameStore(stageFolders(run).store);
  const clips = (kind: 'video' | 'image'): number => store.clips.filter((clip) => clip.kind === kind).length;
  return {
    videos: clips('video'),
    images: clips('image'),
    frames: store.clips.reduce((sum, { frames }) => sum + frames, 0),
  };
}

/** Hours of optimisation, over all interruptions: the curves keep the mean time of a step. */
function hoursOf(stageDir: string): number {
  const log = readRunLog(join(stageDir, 'curve.jsonl'));
  const seconds = log.map(
    ({ step, seconds: each = 0 }, index) => each * (step - (log[index - 1]?.step ?? 0)),
  );
  return seconds.reduce((sum, each) => sum + each, 0) / 3600;
}
