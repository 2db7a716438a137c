import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import { parseModelContract } from '../../core/model/contract.js';
import type { Tracklet } from '../data/pair-source.js';
import { type Progress, silentProgress } from '../progress/progress.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { digestOf, stageState, writeStageManifest } from '../stage/manifest.js';
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

/**
 * Mines every video clip of the store in worker threads; clips are jobs without shared state. Finished clips are not
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
  progress = silentProgress(),
  signal,
}: MineStageOptions): Promise<MineReport> {
  await using store = await openFrameStore(storeDir);
  const intent = { stage: 'mine', inputs: digestOf(graphsOf(modelDir)), options: { ...options } };
  const state = await stageState(out, intent);
  if (state.kind === 'changed') {
    throw new TrainingError(`${out}: mined before otherwise (${state.difference}); remove it to mine anew`);
  }
  if (state.kind !== 'done') await writeStageManifest(out, intent, false);
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
  await drainAll(waiting, workers, signal, (stop) => drain(waiting, data, out, progress, stop));
  progress.finish();
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

/** Hashes of the graphs that mine: another network finds other tracklets. */
function graphsOf(modelDir: string): string[] {
  const path = join(modelDir, 'contract.json');
  try {
    const { template, search } = parseModelContract(readFileSync(path, 'utf8'), path);
    return [template.sha256, search.sha256];
  } catch (cause) {
    throw new TrainingError(`${path}: no readable model (the fit of the round before has not finished)`, {
      cause,
    });
  }
}

/** As many workers as pay; the first failure, or the signal, stops all. */
async function drainAll(
  waiting: readonly string[],
  workers: number,
  signal: AbortSignal | undefined,
  work: (stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = AbortSignal.any(signal ? [signal, failed.signal] : [failed.signal]);
  const width = Math.min(workers, waiting.length);
  await Promise.all(
    Array.from({ length: width }, () =>
      work(stop).catch((error: unknown) => {
        failed.abort(error);
      }),
    ),
  );
  signal?.throwIfAborted();
  failed.signal.throwIfAborted();
}

/** One worker takes clips off the list until it is empty. */
async function drain(
  waiting: string[],
  workerData: MineWorkerData,
  out: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const worker = new Worker(new URL('./mine-worker.js', import.meta.url), { workerData });
  worker.on('error', () => undefined); // what `answer` does not hear, because another worker failed first, is no news
  try {
    await answer<'ready'>(worker, signal);
    for (;;) {
      const name = waiting.shift();
      if (name === undefined) break;
      worker.postMessage(name);
      const found = await answer<ClipYield>(worker, signal);
      await writeJsonAtomic(join(out, 'clips', `${name}.json`), found, { compact: true });
      progress.advance();
    }
  } finally {
    await worker.terminate();
  }
}

/** The worker's next message. */
async function answer<T>(worker: Worker, signal: AbortSignal): Promise<T> {
  const heard = new AbortController();
  const listening = { signal: AbortSignal.any([signal, heard.signal]) };
  try {
    const [message] = (await Promise.race([
      once(worker, 'message', listening),
      once(worker, 'exit', listening).then(([code]) => {
        throw new Error(`the worker ended with exit code ${String(code)}`);
      }),
    ])) as [T];
    return message;
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrainingError(`mining failed: ${reason}`, { cause });
  } finally {
    heard.abort();
  }
}
