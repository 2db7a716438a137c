import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../core/errors.js';
import type { Progress } from '../evaluate/evaluate.js';
import { listSequences, type SequenceChoice, type SequenceFolder } from '../evaluate/sequence-folder.js';
import { writeJsonAtomic } from '../stage/atomic.js';
import type { PlanOptions } from './plan.js';
import type { OcclusionRun } from './run-cases.js';
import { scoreCase } from './score-case.js';
import { type OcclusionSummary, summariseCases } from './summarise-cases.js';

/** Runs the cases of one sequence somewhere (here, or in another thread). */
export type OcclusionRunner = (
  sequence: SequenceFolder,
  plan: PlanOptions,
  options: {
    readonly onFrame?: ((frames: number) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<OcclusionRun>;

export interface OcclusionBenchOptions extends SequenceChoice {
  /** Folder of sequence folders. */
  readonly sequences: string;
  readonly plan: PlanOptions;
  /** occlusion.json is written into this folder; nowhere when absent. */
  readonly out?: string | undefined;
  /** Sequences side by side. Default 1. */
  readonly jobs?: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the run early; what was done is kept and marked `partial`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The occlusion bench: disturbs every sequence as planned, and measures how the tracker takes it. See docs/evaluation.md for
 * the definitions.
 * @throws UsageError as listSequences does, or when `out` cannot be made; whatever `run` throws.
 */
export async function runOcclusionBench(
  run: OcclusionRunner,
  { sequences: root, only, skip, plan, out, jobs = 1, onProgress, signal }: OcclusionBenchOptions,
): Promise<OcclusionSummary> {
  const sequences = await listSequences(root, { only, skip });
  if (out !== undefined) await makeFolder(out);
  const done = new Map<string, OcclusionRun>();
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const pending = [...sequences];
  const work = async (): Promise<void> => {
    for (let sequence = pending.shift(); sequence && !stop.aborted; sequence = pending.shift()) {
      const { name, truth } = sequence;
      const onFrame = (frames: number): void =>
        onProgress?.({
          sequence: name,
          frames,
          framesTotal: truth.length,
          sequencesDone: done.size,
          sequencesTotal: sequences.length,
        });
      done.set(name, await run(sequence, plan, { onFrame, signal: stop }));
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: Math.min(jobs, sequences.length) }, () =>
      work().catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  const summary = summarise(
    sequences.map(({ name }) => ({ name, run: done.get(name) })),
    plan,
  );
  if (out !== undefined) await writeJsonAtomic(join(out, 'occlusion.json'), summary);
  return summary;
}

/** In the order of the disturbances and the sequences, whatever ran first. */
function summarise(
  sequences: readonly { readonly name: string; readonly run: OcclusionRun | undefined }[],
  { disturbances, seed }: PlanOptions,
): OcclusionSummary {
  const scores = sequences.flatMap(({ run }) => run?.runs.map(scoreCase) ?? []);
  const ordered = disturbances.flatMap(({ kind, level }) =>
    scores.filter((score) => score.kind === kind && score.level === level),
  );
  const problems = sequences.flatMap(({ name, run }) => (run ? (run.problem ?? []) : `${name}: not run`));
  return summariseCases(ordered, { seed, problems });
}

async function makeFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
  } catch (cause) {
    throw new UsageError(`out "${out}": cannot be made`, { cause });
  }
}
