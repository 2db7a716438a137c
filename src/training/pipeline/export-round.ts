import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ModelContract, parseModelContract } from '../../core/model/contract.js';
import type { ModelCard } from '../export/card.js';
import { exportEmbedding } from '../export/export-embedding.js';
import { exportModel } from '../export/export-model.js';
import type { Parameters } from '../network/parameters.js';
import type { NetworkSpec } from '../network/spec.js';
import { readRunLog } from '../optimise/run-log.js';
import { openFrameStore } from '../store/frame-store.js';
import { bestOf, readDevLog } from './dev-selection.js';
import { roundOf, stageFolders, type TrainingRun } from './training-run.js';
import { averageOf } from './weights.js';

export interface RoundExport {
  readonly out: string;
  readonly round: number;
  readonly engine: string;
  readonly parameters: Parameters;
  /** What came after the round, when the weights are not its own. */
  readonly after?: {
    readonly spec: NetworkSpec;
    /** Folders of the fits, the last of which made the weights. */
    readonly fits: readonly string[];
    /** Of the last one. */
    readonly steps: number;
    /** For the contract, and a sentence for the card. */
    readonly method: string;
    readonly sentence: string;
  };
}

/** Weights of a round, or of what came after it -> model folder with its card. */
export async function exportRound(
  run: TrainingRun,
  { out, round, engine, parameters, after }: RoundExport,
): Promise<ModelContract> {
  const { preset, seed, dev } = run;
  const folders = stageFolders(run);
  const rounds = Array.from({ length: round + 1 }, (_, index) => index);
  const fits = [...rounds.map((index) => folders.fit(index)), ...(after?.fits ?? [])];
  const adopted = await adoptedModel(run);
  const steps = rounds
    .slice(adopted ? 1 : 0)
    .reduce((sum, index) => sum + roundOf(run, index).optimiser.steps, after?.steps ?? 0);
  const stages = [folders.discriminate, ...fits];
  const best = dev ? bestOf(readDevLog(fits.at(-1)!)) : null;
  const scores = best
    ? [
        { what: 'success AUC, development sequences', value: best.auc.toFixed(3) },
        { what: 'precision at 20 px, development sequences', value: best.precision20.toFixed(3) },
        {
          what: 'kept from step',
          value: `${best.step} of ${after ? basename(fits.at(-1)!) : `round ${round}`}`,
        },
      ]
    : [];
  return await exportModel({
    parameters,
    spec: after?.spec ?? preset.spec,
    out,
    training: {
      method: [
        adopted
          ? `from ${adopted.name} (${adopted.training.method})`
          : 'background discrimination, self-pairs',
        ...(round > 0 ? [`${round} mined rounds`] : []),
        ...(after ? [after.method] : []),
      ].join(', '),
      engine,
      seed,
      pairs: steps * preset.batchSize + (adopted?.training.pairs ?? 0),
      finished: run.today,
    },
    card: {
      training: [
        ...(adopted
          ? [
              `Begun from the weights of ${adopted.name}, ${adopted.training.pairs.toLocaleString('en')} pairs.`,
            ]
          : []),
        'Learned without a label and without pretrained weights: a contrastive background-discrimination model gives the',
        'backbone, the Siamese network is fitted on pairs of augmented views of proposed boxes' +
          (round > 0 ? '' : '.'),
        ...(round > 0
          ? ['and on tracklets that were mined from the videos by the forward-backward check.']
          : []),
        ...(after ? [after.sentence] : []),
      ].join(' '),
      data: await dataOf(run),
      hours: stages.reduce((sum, dir) => sum + hoursOf(dir), 0),
      scores,
    },
  });
}

/** The contract of the model whose weights stand for round 0, if they do. */
async function adoptedModel(run: TrainingRun): Promise<ModelContract | null> {
  const folders = stageFolders(run);
  if (!existsSync(folders.adopted(0))) return null;
  const file = join(folders.model(0), 'contract.json');
  return parseModelContract(await readFile(file, 'utf8'), file);
}

/** The background-discrimination model of a work folder that has none yet (it was trained by an older version). */
export async function ensureDiscriminator(run: TrainingRun): Promise<void> {
  if (existsSync(join(stageFolders(run).discriminator, 'contract.json'))) return;
  await exportDiscriminator(run, 'not recorded');
}

/** The background-discrimination model as a model folder. */
export async function exportDiscriminator(run: TrainingRun, engine: string): Promise<void> {
  const { preset, seed } = run;
  const folders = stageFolders(run);
  const { steps } = preset.discriminate.optimiser;
  const data = await dataOf(run); // without a store there is nothing to look for
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
      data,
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
