import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import type { Tracklet } from '../data/pair-source.js';
import type { Job, JobRunner } from '../jobs/job.js';
import { createLocalRunner } from '../jobs/local-runner.js';
import { readContract } from '../jobs/model-files.js';
import { hasResult, removeLitter } from '../jobs/result-file.js';
import { runJobs } from '../jobs/run-jobs.js';
import { type Progress, silentProgress } from '../progress/progress.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { digestOf, stageState, writeStageManifest } from '../stage/manifest.js';
import { openFrameStore } from '../store/frame-store.js';
import { defaultMineOptions, type MineOptions } from './mine-clip.js';
import { mineKind, mineKindName } from './mine-job.js';
import type { MineSetup } from './mine-messages.js';

export interface MineStageOptions {
  readonly storeDir: string;
  /** The network that mines: a model folder. */
  readonly modelDir: string;
  readonly networkModule: string;
  /** Holds clips/NAME.json (one per finished clip: the stage resumes there) and tracklets.json. */
  readonly out: string;
  readonly options?: MineOptions;
  readonly workers?: number;
  /** Does the jobs in the place of `workers` threads of this process; stays open. */
  readonly runner?: JobRunner | undefined;
  readonly progress?: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface MineReport {
  readonly tracklets: number;
  readonly sightings: number;
  readonly tried: number;
  readonly updates: number;
}

const boxSchema = z.object({ cx: z.number(), cy: z.number(), width: z.number(), height: z.number() });
const sightingSchema = z.object({ frame: z.int(), box: boxSchema, grade: z.number() });
const trackletsSchema = z.array(z.object({ clip: z.string(), sightings: z.array(sightingSchema) }));
const yieldSchema = z.object({ tracklets: trackletsSchema, tried: z.int(), updates: z.int() });

/**
 * Mines every video clip of the store; clips are jobs without shared state. Finished clips are not
 * mined again.
 * @throws TrainingError when a worker fails, when there is no model, or when `out` was mined with another model or other
 * options; the signal's reason when aborted.
 */
export async function mine({
  storeDir,
  modelDir,
  networkModule,
  out,
  options = defaultMineOptions,
  workers = 1,
  runner,
  progress = silentProgress(),
  signal,
}: MineStageOptions): Promise<MineReport> {
  await using store = await openFrameStore(storeDir);
  const modelless = 'no readable model (the fit of the round before has not finished)';
  const { template, search } = await readContract(modelDir, modelless);
  const graphs = [template.sha256, search.sha256]; // another network finds other tracklets
  const intent = { stage: 'mine', inputs: digestOf(graphs), options: { ...options } };
  const state = await stageState(out, intent);
  if (state.kind === 'changed') {
    throw new TrainingError(`${out}: mined before otherwise (${state.difference}); remove it to mine anew`);
  }
  if (state.kind !== 'done') await writeStageManifest(out, intent, false);
  const names = store.clips
    .filter(({ kind, frames }) => kind === 'video' && frames > options.shortest)
    .map(({ name }) => name);
  progress.start('mine', names.length);
  const setup: MineSetup = { storeDir: resolve(storeDir), modelDir: resolve(modelDir), options };
  const missing: Job[] = [];
  for (const name of names) {
    const job = jobFor(setup, resolve(out), name);
    if (await hasResult(job.result)) progress.advance();
    else missing.push(job);
  }
  await using own = runner ? null : createLocalRunner([mineKind(networkModule)], workers);
  await runJobs(namingClips(runner ?? own!), missing, {
    onDone: () => {
      progress.advance();
    },
    signal,
  });
  progress.finish();
  if (names.length > 0) {
    await removeLitter(
      join(out, 'clips'),
      names.map((name) => yieldFile(out, name)),
    );
  }
  const yields = names.map((name) =>
    yieldSchema.parse(JSON.parse(readFileSync(yieldFile(out, name), 'utf8'))),
  );
  const tracklets = yields.flatMap((each) => each.tracklets);
  await writeJsonAtomic(join(out, 'tracklets.json'), tracklets, { compact: true });
  const report = {
    tracklets: tracklets.length,
    sightings: tracklets.reduce((sum, { sightings }) => sum + sightings.length, 0),
    tried: yields.reduce((sum, { tried }) => sum + tried, 0),
    updates: yields.reduce((sum, { updates }) => sum + updates, 0),
  };
  await writeJsonAtomic(join(out, 'report.json'), report);
  await writeStageManifest(out, intent, true);
  return report;
}

/** Reads tracklets.json of a mine stage. @throws TrainingError when it is missing or corrupt. */
export function readTracklets(out: string): Tracklet[] {
  const path = join(out, 'tracklets.json');
  try {
    return trackletsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new TrainingError(`${path}: no readable tracklets (the mine stage has not finished)`, { cause });
  }
}

/** One job a clip. */
function jobFor(setup: MineSetup, out: string, name: string): Job {
  return { kind: mineKindName, name, setup, result: yieldFile(out, name) };
}

function yieldFile(out: string, clip: string): string {
  return join(out, 'clips', `${clip}.json`);
}

/** The same with the clip that could not be mined. */
function namingClips(runner: JobRunner): Pick<JobRunner, 'width' | 'run'> {
  return {
    width: runner.width,
    run: (job, signal) =>
      runner.run(job, signal).catch((cause: unknown) => {
        signal?.throwIfAborted();
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new TrainingError(`mining failed: ${reason} (clip ${job.name})`, { cause });
      }),
  };
}
