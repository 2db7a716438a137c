import { createOutput } from './output.js';
import type { Reference } from './reference.js';
import { type RunOptions, runSequence, type SequenceRun } from './run-sequence.js';
import { listSequences, type SequenceChoice, type SequenceFolder } from './sequence-folder.js';
import { type ScoredRun, scoreRun, summarise, type Summary } from './summary.js';

export interface Progress {
  readonly sequence: string;
  /** Of the sequence. */
  readonly frames: number;
  readonly framesTotal: number;
  readonly sequencesDone: number;
  readonly sequencesTotal: number;
}

/** Runs one sequence somewhere (here, or in another thread), calling `onFrame` as it goes. */
export type SequenceRunner = (
  sequence: SequenceFolder,
  options: Pick<RunOptions, 'onFrame' | 'signal' | 'pictures'>,
) => Promise<SequenceRun>;

export interface EvaluateOptions extends SequenceChoice {
  /** Folder of sequence folders. */
  readonly sequences: string;
  /** Boxes, states, summary.json and report.html are written into this folder; nowhere when absent. */
  readonly out?: string | undefined;
  /** What was evaluated, for the title of the report. */
  readonly title?: string | undefined;
  readonly reference?: Reference | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the run early; what was done is kept and marked `partial`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One-pass evaluation of a tracker on a folder of sequences, one after the other: see docs/evaluation.md for the
 * definitions. The tracker of each sequence is disposed after it.
 * @throws UsageError as listSequences does; whatever `createTracker` and the tracker throw (results so far are written).
 */
export function evaluate(
  options: EvaluateOptions & Pick<RunOptions, 'createTracker' | 'openSequence'>,
): Promise<Summary> {
  const { createTracker, openSequence } = options;
  return evaluateWith(
    (sequence, run) => runSequence(sequence, { createTracker, openSequence, ...run }),
    options,
  );
}

/** The same over any runner, `jobs` sequences at a time. */
export async function evaluateWith(
  run: SequenceRunner,
  { jobs = 1, ...options }: EvaluateOptions & { readonly jobs?: number },
): Promise<Summary> {
  const { sequences: root, only, skip, out, title = 'Evaluation', reference, onProgress, signal } = options;
  const sequences = await listSequences(root, { only, skip });
  const output = out === undefined ? null : await createOutput(out);
  const done: ScoredRun[] = [];
  const sofar = (): readonly ScoredRun[] =>
    sequences.flatMap((sequence) => done.filter((one) => one.sequence === sequence));
  const missing = (): string[] => {
    const names = sequences
      .filter((sequence) => !done.some((one) => one.sequence === sequence))
      .map(({ name }) => name);
    return names.length === 0 ? [] : [`not evaluated: ${names.join(', ')}`];
  };
  const summary = (): Summary => summarise(sofar(), { missing: missing(), jobs });

  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const pending = [...sequences];
  const work = async (): Promise<void> => {
    for (let sequence = pending.shift(); sequence && !stop.aborted; sequence = pending.shift()) {
      const { name, truth } = sequence;
      const report = (frames: number): void =>
        onProgress?.({
          sequence: name,
          frames,
          framesTotal: truth.length,
          sequencesDone: done.length,
          sequencesTotal: sequences.length,
        });
      const result = await run(sequence, { onFrame: report, signal: stop, pictures: out !== undefined });
      done.push(scoreRun(sequence, result));
      await output?.writeRun(result);
      await output?.writeSummary(summary()); // a killed run leaves what it had, marked partial
    }
  };
  const workers = Array.from({ length: Math.min(jobs, sequences.length) }, () =>
    work().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const ends = await Promise.allSettled(workers);
  await output?.writeSummary(summary());
  await output?.writeReport({ title, runs: sofar(), summary: summary(), reference });
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  return summary();
}
