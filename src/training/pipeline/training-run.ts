import { join } from 'node:path';
import type { FrameSource } from '../../core/ports/frame-source.js';
import { openEngine } from '../engine/engine.js';
import type { Engine, EngineOptions } from '../engine/types.js';
import type { Preset } from '../presets.js';
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
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** Where each stage of a run keeps its files. */
export function stageFolders({ work }: Pick<TrainingRun, 'work'>) {
  return {
    store: join(work, 'store'),
    discriminate: join(work, 'discriminate'),
    /** Of one round, counted from 0. */
    fit: (round: number) => join(work, `fit-${round}`),
    mined: (round: number) => join(work, `mined-${round}`),
    model: (round: number) => join(work, `model-${round}`),
  };
}

/** Opens the engine and says which one it is, and why not a better one. */
export async function openRunEngine({ engine, progress }: TrainingRun): Promise<Engine> {
  const opened = await openEngine(engine);
  for (const { name, reason } of opened.skipped) progress.note(`engine ${name}: not used: ${reason}`);
  progress.note(`engine ${opened.name}: ${opened.detail}`);
  return opened;
}
