import { join } from 'node:path';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { openEngine } from '../engine/engine.js';
import type { Engine, EngineOptions } from '../engine/types.js';
import { UsageError } from '../../core/errors.js';
import type { Summary } from '../evaluate/summary.js';
import type { JobRunner } from '../jobs/job.js';
import type { Preset, RoundPreset } from '../presets.js';
import type { Progress } from '../progress/progress.js';

/** What all stages of one training share. Everything they write stays below `work` but for the model itself. */
export interface TrainingRun {
  /** Holds store/, discriminate/ and a fit, model and mined folder for every round: checkpoints, curves, reports; a stage resumes from there. */
  readonly work: string;
  readonly preset: Preset;
  readonly seed: number;
  /** ISO date, for the contract. */
  readonly today: string;
  /** Folders searched for unlabelled videos and images. */
  readonly videos?: string | undefined;
  readonly images?: string | undefined;
  readonly openVideo: (path: string, signal?: AbortSignal) => Promise<FrameSource>;
  /** URL of a module that exports `openNetwork(modelDir): Promise<Network>`, imported by the mining workers. */
  readonly networkModule: string;
  readonly engine: EngineOptions;
  /** Threads that cut and augment crops beside the training. */
  readonly dataWorkers: number;
  /** Sequences with ground truth that choose among checkpoints; without them the last one is kept. */
  readonly dev?: DevSequences | undefined;
  /** Does the mining in the place of threads of this process. */
  readonly jobs?: JobRunner | undefined;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface DevSequences {
  /** Runs a model folder over all of them, as `tagalong evaluate` does. */
  readonly evaluate: (modelDir: string, signal?: AbortSignal) => Promise<Summary>;
  /** Checkpoints between evaluations. Default: eight evaluations a fit. */
  readonly every?: number | undefined;
}

/** In the folder of a fit: weights that were taken over from a model folder, see adoptStage(). */
export const adoptedFile = 'adopted.safetensors';

/** Where each stage of a run keeps its files. */
export function stageFolders({ work }: Pick<TrainingRun, 'work'>) {
  return {
    store: join(work, 'store'),
    discriminate: join(work, 'discriminate'),
    /** The background-discrimination model as a model folder. */
    discriminator: join(work, 'discriminate', 'model'),
    /** Of one round, counted from 0. */
    fit: (round: number) => join(work, `fit-${round}`),
    /** Weights taken over from a model folder in the place of a round's fit. */
    adopted: (round: number) => join(work, `fit-${round}`, adoptedFile),
    mined: (round: number) => join(work, `mined-${round}`),
    model: (round: number) => join(work, `model-${round}`),
    fitTeacher: join(work, 'fit-teacher'),
    /** The wider network as a model folder. */
    teacher: join(work, 'teacher'),
    fitDistilled: join(work, 'fit-distilled'),
    /** The student as a model folder. */
    distilled: join(work, 'distilled'),
    report: join(work, 'report.html'),
  };
}

/** @throws UsageError when the preset has no such round. */
export function roundOf({ preset }: Pick<TrainingRun, 'preset'>, round: number): RoundPreset {
  const found = preset.rounds[round];
  if (!found)
    throw new UsageError(`--round ${round}: the preset has ${preset.rounds.length} rounds, counted from 0`);
  return found;
}

/** Opens the engine and says which one it is, and why not a better one. */
export async function openRunEngine({ engine, progress }: TrainingRun): Promise<Engine> {
  const opened = await openEngine(engine);
  for (const { name, reason } of opened.skipped) progress.note(`engine ${name}: not used: ${reason}`);
  progress.note(`engine ${opened.name}: ${opened.detail}`);
  return opened;
}
