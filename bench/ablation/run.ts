import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrainingError } from '../../src/core/errors.js';
import { createRandom } from '../../src/core/random.js';
import { heldOutClips } from '../../src/training/data/hold-out.js';
import type { Tracklet } from '../../src/training/data/pair-source.js';
import type { Engine } from '../../src/training/engine/types.js';
import { exportModel } from '../../src/training/export/export-model.js';
import { fit, type FitOptions } from '../../src/training/fit/fit.js';
import { defaultDistillWeights } from '../../src/training/losses/distillation-loss.js';
import { readTracklets } from '../../src/training/mine/mine.js';
import { fingerprint, type Parameters } from '../../src/training/network/parameters.js';
import type { NetworkSpec } from '../../src/training/network/spec.js';
import { widen } from '../../src/training/network/widen.js';
import type { DevSequences } from '../../src/training/pipeline/index.js';
import { averageOf } from '../../src/training/pipeline/weights.js';
import { pairAugmentation } from '../../src/training/presets.js';
import { writeJsonAtomic } from '../../src/training/stage/atomic.js';
import { digestOf } from '../../src/training/stage/manifest.js';
import { openFrameStore } from '../../src/training/store/frame-store.js';
import { type Result, rowsOf } from './results.js';
import { secondRound, type Variant } from './variants.js';

export interface AblationOptions {
  readonly engine: Engine;
  readonly storeDir: string;
  /** A training's work folder: fit-0 is where all variants start, mined-1 and mined-2 hold the tracklets. */
  readonly work: string;
  /** ablation.json, and ablation/ with a folder for every fit. */
  readonly out: string;
  readonly variants: readonly Variant[];
  readonly seeds: readonly number[];
  readonly steps: number;
  readonly batchSize: number;
  readonly spec: NetworkSpec;
  readonly teacherSpec: NetworkSpec;
  readonly evaluate: DevSequences['evaluate'];
  readonly dataWorkers?: number;
  /** Told what is about to be done, and every score. */
  readonly note?: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fits, exports and evaluates every variant with every seed; what is done stays, what was interrupted goes on. ablation.json is
 * written anew after every one.
 * @returns all results in `out` with this budget, those of earlier runs too
 * @throws TrainingError when the work folder lacks something, or `out` holds results of other options; the signal's reason when aborted.
 */
export async function runAblation(options: AblationOptions): Promise<Result[]> {
  const { variants, seeds, out } = options;
  const bed = await prepare(options);
  // seed by seed: the first table is whole before the second seed begins
  for (const seed of seeds) {
    for (const variant of variants) {
      await measure(bed, variant, seed);
      await writeJsonAtomic(join(out, 'ablation.json'), rowsOf(readResults(bed)));
    }
  }
  return readResults(bed);
}

/** What all variants share. */
interface Bed extends AblationOptions {
  readonly start: { readonly name: string; readonly parameters: Parameters };
  readonly tracklets: (round: 1 | 2) => readonly Tracklet[];
  readonly holdOut: readonly string[];
}

/** q of the noise-robust loss. */
const robustness = 0.3;

async function prepare(options: AblationOptions): Promise<Bed> {
  const { storeDir, work } = options;
  await using store = await openFrameStore(storeDir);
  const holdOut = heldOutClips(store.clips);
  const known = new Map<number, readonly Tracklet[]>();
  const tracklets = (round: 1 | 2): readonly Tracklet[] => {
    const found =
      known.get(round) ??
      readTracklets(join(work, `mined-${round}`)).filter(({ clip }) => !holdOut.includes(clip));
    known.set(round, found);
    return found;
  };
  const parameters = averageOf(join(work, 'fit-0'));
  // another network under the same name must not pass for this one
  return {
    ...options,
    holdOut,
    tracklets,
    start: { name: `fit-0 ${fingerprint(parameters)}`, parameters },
  };
}

async function measure(bed: Bed, variant: Variant, seed: number): Promise<void> {
  const { spec, start, steps, batchSize, engine, evaluate, signal, note } = bed;
  const dir = folderOf(bed, variant.name, seed);
  const digest = digestOf([variant, seed, steps, batchSize, spec, start.name]);
  const done = readResult(join(dir, 'result.json'));
  if (done && done.digest !== digest)
    throw new TrainingError(`${dir}: results of other options; use another --out or remove it`);
  if (done) return;
  const parameters = await fitVariant(bed, variant, seed);
  const model = join(dir, 'model');
  const pairs = steps * batchSize;
  const training = {
    method: `ablation: ${variant.text}`,
    engine: engine.name,
    seed,
    pairs,
    finished: today(),
  };
  const card = { training: variant.text, data: { videos: 0, images: 0, frames: 0 }, hours: 0 };
  await exportModel({ parameters, spec, out: model, training, card });
  note?.(`${variant.name}, seed ${seed}: evaluation`);
  const { mean, problems = [] } = await evaluate(model, signal);
  signal?.throwIfAborted();
  if (mean.auc === null || mean.precision20 === null || problems.length > 0)
    throw new TrainingError(`${model}: not evaluated: ${problems.join('; ') || 'no sequence was scored'}`);
  const result = { variant: variant.name, seed, pairs, auc: mean.auc, precision20: mean.precision20 };
  await writeJsonAtomic(join(dir, 'result.json'), { digest, result });
  note?.(
    `${variant.name}, seed ${seed}: AUC ${mean.auc.toFixed(3)}, precision ${mean.precision20.toFixed(3)}`,
  );
}

/** The averaged weights of a variant's fit; a teacher and what that needs are fitted before. */
async function fitVariant(bed: Bed, variant: Variant, seed: number): Promise<Parameters> {
  const { name } = variant;
  const { spec, start } = bed;
  if (!variant.distilled) return fitOn(bed, variant, seed, { name, spec, start });
  const { teacherSpec } = bed;
  const base = await fitVariant(bed, secondRound, seed);
  const wider = widen(base, spec, teacherSpec, createRandom(seed));
  const parameters = await fitOn(bed, secondRound, seed, {
    name: 'teacher',
    spec: teacherSpec,
    start: { name: `${secondRound.name}, wider`, parameters: wider },
  });
  const teacher = { name: 'teacher', spec: teacherSpec, parameters, weights: defaultDistillWeights };
  return fitOn(bed, variant, seed, { name, spec, start, teacher });
}

async function fitOn(
  bed: Bed,
  variant: Variant,
  seed: number,
  job: Pick<FitOptions, 'start' | 'teacher'> & { readonly name: string; readonly spec: NetworkSpec },
): Promise<Parameters> {
  const { engine, storeDir, steps, batchSize, holdOut, dataWorkers = 1, note, signal } = bed;
  const { mined, maxInterval, robust, wrongShare } = variant;
  const found = mined === 0 ? [] : bed.tracklets(mined);
  note?.(`${job.name}, seed ${seed}: ${steps} steps of ${batchSize} pairs`);
  const { average } = await fit({
    engine,
    storeDir,
    out: folderOf(bed, job.name, seed),
    data: {
      spec: job.spec,
      batchSize,
      seed,
      ...pairAugmentation,
      tracklets: robust ? found : found.map(withoutGrades),
      minedShare: mined === 0 ? 0 : 0.5,
      maxInterval,
      imageShare: 0.4,
      wrongShare,
      holdOut,
    },
    optimiser: {
      steps,
      learningRate: 1e-3,
      warmup: Math.ceil(steps / 20),
      weightDecay: 1e-4,
      averageDecay: 0.99,
      checkpointEvery: Math.ceil(steps / 4),
    },
    robustness: robust ? robustness : 0,
    start: job.start,
    teacher: job.teacher,
    dataWorkers,
    signal,
  });
  return average;
}

/** Every box believed alike. */
function withoutGrades({ clip, sightings }: Tracklet): Tracklet {
  return { clip, sightings: sightings.map((each) => ({ ...each, grade: 1 })) };
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function folderOf({ out }: Bed, name: string, seed: number): string {
  return join(out, 'ablation', `${name}-${seed}`);
}

/** All that was ever measured in `out` with this budget, whatever this run was asked for. */
function readResults({ out, steps, batchSize }: AblationOptions): Result[] {
  const folders = readdirSync(join(out, 'ablation')).sort();
  return folders
    .flatMap((name) => readResult(join(out, 'ablation', name, 'result.json'))?.result ?? [])
    .filter(({ pairs }) => pairs === steps * batchSize);
}

function readResult(path: string): { digest: string; result: Result } | null {
  return existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { digest: string; result: Result })
    : null;
}
