import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../../core/errors.js';
import type { Summary } from '../evaluate/summary.js';
import type { Parameters } from '../network/parameters.js';
import { encodeTensorFile } from '../network/tensor-file.js';
import { writeFileAtomic } from '../stage/atomic.js';

/** Names inside a fit's folder. */
export const devFiles = {
  log: 'dev.jsonl',
  weights: 'best.safetensors',
  model: 'best',
  trial: 'dev-trial',
} as const;

const share = z.number().min(0).max(1);

const devEntrySchema = z.object({
  step: z.int().nonnegative(),
  auc: share,
  precision20: share,
  seconds: z.number().nonnegative(),
  /** AUC of every sequence. */
  sequences: z.record(z.string(), share),
});

/** One line of dev.jsonl: what the averaged weights of a checkpoint reach on the development sequences. */
export type DevEntry = Readonly<z.infer<typeof devEntrySchema>>;

export interface DevSelectionOptions {
  /** The fit's folder. */
  readonly dir: string;
  readonly steps: number;
  readonly checkpointEvery: number;
  /** Checkpoints between evaluations; by default so many that a fit has {@link defaultEvaluations}. */
  readonly every?: number | undefined;
  /** Writes the weights as a model folder. */
  readonly exportModel: (parameters: Parameters, dir: string) => Promise<unknown>;
  readonly evaluate: (modelDir: string, signal?: AbortSignal) => Promise<Summary>;
  readonly onScore?: (entry: DevEntry, best: DevEntry) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Evaluations of one fit: bounds the time they take. */
const defaultEvaluations = 8;

/**
 * Evaluates averaged weights at some of a fit's checkpoints, always at its last, and keeps the best (of equals the earlier) as
 * best.safetensors and the model folder best/. A line is written after everything that belongs to it, so a killed run
 * does that evaluation again and nothing else.
 */
export class DevSelection {
  readonly #options: DevSelectionOptions;
  readonly #every: number;

  constructor(options: DevSelectionOptions) {
    const { steps, checkpointEvery, every } = options;
    this.#options = options;
    this.#every = every ?? Math.max(1, Math.ceil(Math.ceil(steps / checkpointEvery) / defaultEvaluations));
  }

  /** Whether the checkpoint at this step is one that is evaluated. */
  isDue(step: number): boolean {
    const { steps, checkpointEvery } = this.#options;
    return step === steps || (step > 0 && step % (checkpointEvery * this.#every) === 0);
  }

  /**
   * Goes on from a checkpoint: evaluates it if that is due and was not done, and forgets scores of a run that had come further (its
   * folder was tampered with). @param checkpoint null when the fit begins.
   */
  async resume(checkpoint: { readonly step: number; readonly average: Parameters } | null): Promise<void> {
    const { dir } = this.#options;
    const log = readDevLog(dir);
    if (log.some(({ step }) => step > (checkpoint?.step ?? 0))) await rm(join(dir, devFiles.log));
    if (checkpoint) await this.see(checkpoint);
  }

  /** Evaluates the averaged weights of a checkpoint if that is due and not done. @throws TrainingError when no sequence could be scored. */
  async see({ step, average }: { readonly step: number; readonly average: Parameters }): Promise<void> {
    const { dir, exportModel, onScore, signal } = this.#options;
    if (!this.isDue(step) || readDevLog(dir).some((entry) => entry.step === step)) return;
    const trial = join(dir, devFiles.trial);
    await exportModel(average, trial);
    const entry = await this.#score(trial, step);
    await rm(trial, { recursive: true, force: true });
    signal?.throwIfAborted();
    // scores over other sequences say nothing of these
    const before = readDevLog(dir).filter((one) => sameSequences(one, entry));
    const best = bestOf([...before, entry])!;
    if (best === entry) {
      const metadata = { step: String(step), auc: String(entry.auc) };
      await exportModel(average, join(dir, devFiles.model));
      await writeFileAtomic(join(dir, devFiles.weights), encodeTensorFile({ tensors: average, metadata }));
    }
    const lines = [...before, entry].map((one) => `${JSON.stringify(one)}\n`).join('');
    await writeFileAtomic(join(dir, devFiles.log), lines);
    onScore?.(entry, best);
  }

  async #score(modelDir: string, step: number): Promise<DevEntry> {
    const { evaluate, signal } = this.#options;
    const begun = performance.now();
    const { mean, sequences, problems = [] } = await evaluate(modelDir, signal);
    signal?.throwIfAborted();
    // a sequence that could not be read would make this mean another one than the others
    if (mean.auc === null || mean.precision20 === null || problems.length > 0)
      throw new TrainingError(
        `development sequences at step ${step}: ${problems.join('; ') || 'none scored'}`,
      );
    return {
      step,
      auc: mean.auc,
      precision20: mean.precision20,
      seconds: Number(((performance.now() - begun) / 1000).toFixed(1)),
      sequences: Object.fromEntries(sequences.map(({ name, auc }) => [name, Number(auc.toFixed(4))])),
    };
  }
}

/** The entry with the highest AUC, of equals the earliest; null of none. */
export function bestOf(log: readonly DevEntry[]): DevEntry | null {
  return log.reduce<DevEntry | null>(
    (best, entry) => (best === null || entry.auc > best.auc ? entry : best),
    null,
  );
}

/** dev.jsonl of a fit; empty when there is none. @throws TrainingError when it is corrupt. */
export function readDevLog(dir: string): DevEntry[] {
  const path = join(dir, devFiles.log);
  if (!existsSync(path)) return [];
  try {
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => devEntrySchema.parse(JSON.parse(line)));
  } catch (cause) {
    throw new TrainingError(`${path}: not readable; remove it to evaluate anew`, { cause });
  }
}

function sameSequences(a: DevEntry, b: DevEntry): boolean {
  const names = (entry: DevEntry): string => Object.keys(entry.sequences).sort().join('\n');
  return names(a) === names(b);
}
