import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseModelContract } from '../../core/model/contract.js';
import type { Network } from '../../core/model/network.js';
import { heldOutClips } from '../data/hold-out.js';
import { asPictureStore } from '../data/picture-store.js';
import { measureRetrieval } from '../retrieval/measure.js';
import { findTrials, type RetrievalTrial } from '../retrieval/trials.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import { digestOf } from '../stage/manifest.js';
import { type FrameStore, openFrameStore } from '../store/frame-store.js';
import { stageFolders, type TrainingRun } from './training-run.js';

const box = z.object({ cx: z.number(), cy: z.number(), width: z.number(), height: z.number() });
const count = z.int().nonnegative();

const trialsSchema = z.object({
  /** Of the clips they were found in. */
  digest: z.string(),
  trials: z.array(z.object({ clip: z.string(), frame: count, box, interval: count, truth: box })),
});

const retrievalSchema = z.object({
  /** Digest of the trials and of the graph that was measured. */
  digest: z.string(),
  /** False when there are too few videos to hold any out: the model has trained on what it is asked. */
  heldOut: z.boolean(),
  clips: count,
  intervals: z.array(
    z.object({
      interval: count,
      trials: count,
      first: z.number().nullable(),
      chance: z.number().nullable(),
    }),
  ),
  /** Mean of the intervals' shares. */
  mean: z.number().nullable(),
});

/** retrieval.json of a stage. */
export type RetrievalReport = Readonly<z.infer<typeof retrievalSchema>>;

/** Measures a model folder on the held-out clips and writes retrieval.json into `out`; what is there already of the same model stays. */
export async function retrievalStage(
  run: TrainingRun,
  { modelDir, out }: { readonly modelDir: string; readonly out: string },
): Promise<RetrievalReport> {
  const { progress, signal, networkModule } = run;
  await using store = await openFrameStore(stageFolders(run).store);
  const held = heldOutClips(store.clips);
  const names = store.clips
    .filter(({ name, kind }) => kind === 'video' && (held.length === 0 || held.includes(name)))
    .map(({ name }) => name);
  const { trials, digest: trialsDigest } = await trialsOf(run, store, names);
  const contract = join(modelDir, 'contract.json');
  const { template } = parseModelContract(readFileSync(contract, 'utf8'), contract);
  const digest = digestOf([trialsDigest, template.sha256]);
  const known = readRetrieval(out);
  if (known?.digest === digest) return known;
  const { openNetwork } = (await import(networkModule)) as {
    openNetwork: (dir: string) => Promise<Network>;
  };
  const network = await openNetwork(modelDir);
  const pictures = asPictureStore(store);
  const buffer = new Uint8Array(pictures.maxFrameBytes);
  try {
    const readFrame = (clip: string, index: number) => pictures.readFrame(clip, index, buffer);
    const intervals = await measureRetrieval(network, trials, readFrame, { signal });
    const shares = intervals.flatMap(({ first }) => (first === null ? [] : [first]));
    const mean = shares.length === 0 ? null : shares.reduce((sum, each) => sum + each, 0) / shares.length;
    const report = { digest, heldOut: held.length > 0, clips: names.length, intervals, mean };
    await writeJsonAtomic(join(out, 'retrieval.json'), report);
    if (mean !== null) progress.note(`retrieval ${describe(report)}`);
    return report;
  } finally {
    await network.dispose();
  }
}

/** Null when the stage has none. */
export function readRetrieval(dir: string): RetrievalReport | null {
  return readJson(join(dir, 'retrieval.json'), retrievalSchema);
}

/** Trials enough that chance does not decide whether a round was better. */
export function comparableMean(report: RetrievalReport | null): number | null {
  if (!report?.heldOut) return null;
  const trials = report.intervals.reduce((sum, each) => sum + each.trials, 0);
  return trials >= 100 ? report.mean : null;
}

/** The same trials for every model of the run: kept in the work folder. */
async function trialsOf(
  run: TrainingRun,
  store: FrameStore,
  names: readonly string[],
): Promise<{ digest: string; trials: readonly RetrievalTrial[] }> {
  const path = join(run.work, 'retrieval-trials.json');
  const clips = store.clips.filter(({ name }) => names.includes(name));
  const digest = digestOf(clips);
  const known = readJson(path, trialsSchema);
  if (known?.digest === digest) return known;
  run.progress.note(`retrieval: looking for true places in ${clips.length} clips`);
  const trials = await findTrials(store, clips, { signal: run.signal });
  await writeJsonAtomic(path, { digest, trials }, { compact: true });
  return { digest, trials };
}

function describe({ intervals, heldOut, clips }: RetrievalReport): string {
  const shares = intervals.map(({ interval, first }) => `${first?.toFixed(3) ?? '-'} after ${interval}`);
  return `${shares.join(', ')} frames (${clips} ${heldOut ? 'held-out ' : ''}clips)`;
}

function readJson<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null; // missing, or of another version: made anew
  }
}
