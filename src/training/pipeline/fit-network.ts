import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { heldOutClips } from '../data/hold-out.js';
import { exportModel } from '../export/export-model.js';
import { fit, type FitOptions } from '../fit/fit.js';
import { readTracklets } from '../mine/mine.js';
import type { NetworkSpec } from '../network/spec.js';
import type { LogEntry } from '../optimise/run-log.js';
import { pairAugmentation, type RoundPreset } from '../presets.js';
import { openFrameStore } from '../store/frame-store.js';
import { writeCurves } from './curves.js';
import { DevSelection } from './dev-selection.js';
import { withoutHeldOut } from './mined-report.js';
import { openRunEngine, stageFolders, type TrainingRun } from './training-run.js';
import { readAverage } from './weights.js';

/** One fit of a Siamese network among the stages of a run. */
export interface NetworkFit extends Pick<FitOptions, 'start' | 'teacher'> {
  /** What progress calls it. */
  readonly label: string;
  /** What its curves are headed with. */
  readonly title: string;
  /** The fit's folder. */
  readonly out: string;
  readonly spec: NetworkSpec;
  readonly preset: RoundPreset;
  /** Folder of the tracklets that mined pairs are drawn from. */
  readonly mined: string;
  /** Of the batches. */
  readonly seed: number;
  /** Terms of the loss that are drawn in one chart each. */
  readonly curves: readonly (readonly string[])[];
}

/** Fits and draws the curves; with development sequences evaluates checkpoints. @returns engine and precision, for the contract. */
export async function fitNetwork(run: TrainingRun, job: NetworkFit): Promise<string> {
  const { out, spec, preset, mined, seed, label, title, curves, start, teacher } = job;
  const { optimiser, minedShare, maxInterval } = preset;
  const { store: storeDir } = stageFolders(run);
  const holdOut = await heldOut(run);
  const data = {
    spec,
    batchSize: run.preset.batchSize,
    seed,
    ...pairAugmentation,
    tracklets: minedShare > 0 ? withoutHeldOut(readTracklets(mined), holdOut) : [],
    minedShare,
    maxInterval,
    imageShare: run.preset.imageShare,
    holdOut,
  };
  const watched = watch(run, label, optimiser.steps);
  const engine = await openRunEngine(run);
  const engineName = `${engine.name} ${engine.precision}`;
  try {
    const dev = devSelection(run, job, engineName);
    await dev?.resume(existsSync(join(out, 'checkpoint.safetensors')) ? readAverage(out) : null);
    const selecting = dev ? { onCheckpoint: (state: Parameters<typeof dev.see>[0]) => dev.see(state) } : {};
    await fit({ engine, storeDir, out, data, optimiser, start, teacher, ...watched, ...selecting });
  } finally {
    run.progress.finish();
    await engine[Symbol.asyncDispose]();
  }
  await writeCurves(out, title, curves);
  return engineName;
}

/** Names of the clips that no batch may draw from. */
export async function heldOut(run: TrainingRun): Promise<string[]> {
  await using store = await openFrameStore(stageFolders(run).store);
  return heldOutClips(store.clips);
}

/** Tells the run's progress of every step. */
export function watch({ progress, signal, dataWorkers }: TrainingRun, stage: string, steps: number) {
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

/** Evaluates checkpoints of a fit where the run has development sequences. */
function devSelection(run: TrainingRun, job: NetworkFit, engine: string): DevSelection | null {
  const { dev, progress, seed, signal } = run;
  if (!dev) return null;
  const { out, spec, label, preset } = job;
  const { steps, checkpointEvery } = preset.optimiser;
  const training = { method: 'a checkpoint', engine, seed, pairs: 0, finished: run.today };
  const card = { training: 'A checkpoint.', data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  return new DevSelection({
    dir: out,
    steps,
    checkpointEvery,
    every: dev.every,
    exportModel: (parameters, dir) => exportModel({ parameters, spec, out: dir, training, card }),
    evaluate: dev.evaluate,
    signal,
    onScore: (entry, best) => {
      const kept = best === entry ? 'the best so far' : `best ${best.auc.toFixed(3)} at ${best.step}`;
      const score = `dev AUC ${entry.auc.toFixed(3)} (${kept})`;
      progress.note(`${label} step ${entry.step}: ${score}, ${entry.seconds.toFixed(0)} s`);
      progress.show?.(score);
    },
  });
}
