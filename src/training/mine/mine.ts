import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import { type Tracklet } from '../data/pair-source.js';
import { type Progress, silentProgress } from '../progress/progress.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { openFrameStore } from '../store/frame-store.js';
import { type ClipYield, defaultMineOptions, type MineOptions } from './mine-clip.js';
import type { MineWorkerData } from './mine-messages.js';

export interface MineStageOptions {
  readonly storeDir: string;
  /** The network that mines: a model folder. */
  readonly modelDir: string;
  readonly networkModule: string;
  /** Holds clips/NAME.json (one per finished clip: the stage resumes there) and tracklets.json. */
  readonly out: string;
  readonly options?: MineOptions;
  readonly workers?: number;
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

/** Mines every video clip of the store in worker threads; clips are jobs without shared state. */
export async function mine({
  storeDir,
  modelDir,
  networkModule,
  out,
  options = defaultMineOptions,
  workers = 1,
  progress = silentProgress(),
  signal,
}: MineStageOptions): Promise<MineReport> {
  await using store = await openFrameStore(storeDir);
  const names = store.clips
    .filter(({ kind, frames }) => kind === 'video' && frames > options.shortest)
    .map(({ name }) => name);
  progress.start('mine', names.length);
  const waiting = names.filter((name) => {
    const done = existsSync(join(out, 'clips', `${name}.json`));
    if (done) progress.advance();
    return !done;
  });
  const data: MineWorkerData = { storeDir, modelDir, networkModule, options };
  await Promise.all(Array.from({ length: workers }, () => drain(waiting, data, out, progress, signal)));
  progress.finish();
  signal?.throwIfAborted();
  const yields = names.map((name) =>
    yieldSchema.parse(JSON.parse(readFileSync(join(out, 'clips', `${name}.json`), 'utf8'))),
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

/** One worker takes clips off the list until it is empty. */
async function drain(
  waiting: string[],
  workerData: MineWorkerData,
  out: string,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (waiting.length === 0) return;
  const worker = new Worker(new URL('./mine-worker.js', import.meta.url), { workerData });
  try {
    await answer<'ready'>(worker);
    while (!signal?.aborted) {
      const name = waiting.shift();
      if (name === undefined) break;
      worker.postMessage(name);
      const found = await answer<ClipYield>(worker);
      await writeJsonAtomic(join(out, 'clips', `${name}.json`), found, { compact: true });
      progress.advance();
    }
  } finally {
    await worker.terminate();
  }
}

function answer<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(new TrainingError(`mining failed: ${cause.message}`, { cause }));
    };
    worker.once('error', fail);
    worker.once('message', (message: T) => {
      worker.off('error', fail);
      resolve(message);
    });
  });
}
