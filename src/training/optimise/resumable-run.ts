import { join } from 'node:path';
import { openBatchSource, type BatchSourceOptions, type SharedBatch } from '../data/batch-source.js';
import type { Parameters } from '../network/parameters.js';
import { digestOf } from '../stage/manifest.js';
import type { OptimisationState } from './checkpoint.js';
import { optimise, type OptimiseOptions, resumeOrStart, type StepResult } from './optimise.js';
import { type LogEntry, RunLog } from './run-log.js';

export type OptimiserOptions = Pick<
  OptimiseOptions,
  'steps' | 'learningRate' | 'warmup' | 'weightDecay' | 'averageDecay' | 'checkpointEvery'
>;

/** How a run is watched and stopped. */
export interface RunControl {
  readonly dataWorkers?: number;
  readonly logEvery?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: (step: number) => void;
  readonly onLog?: (entry: LogEntry) => void;
  readonly onCheckpoint?: (state: OptimisationState) => Promise<void> | void;
}

export interface ResumableRun<Batch extends SharedBatch> extends RunControl {
  /** Holds checkpoint.safetensors and curve.jsonl. */
  readonly out: string;
  /** All that decides the result besides the batches; part of the digest. */
  readonly options: unknown;
  readonly optimiser: OptimiserOptions;
  readonly initial: () => Parameters;
  readonly batches: Pick<BatchSourceOptions<Batch>, 'data' | 'createBatch'>;
  /** Makes the step over the state's own parameters. */
  readonly createStep: (parameters: Parameters) => { run(batch: Batch): StepResult; dispose(): void };
}

/**
 * Optimises over batches rendered ahead, with checkpoints and curves in `out`; goes on from there to the same result as
 * an uninterrupted run.
 * @throws TrainingError when the checkpoint belongs to other options, or training diverges.
 */
export async function resumableRun<Batch extends SharedBatch>(
  run: ResumableRun<Batch>,
): Promise<OptimisationState> {
  const {
    out,
    optimiser,
    batches,
    logEvery = 20,
    dataWorkers = 1,
    signal,
    onLog,
    onStep,
    onCheckpoint,
  } = run;
  const digest = digestOf({ options: run.options, optimiser, data: batches.data.options });
  const checkpointPath = join(out, 'checkpoint.safetensors');
  const state = resumeOrStart(run.initial, { checkpointPath, digest });
  const log = new RunLog(join(out, 'curve.jsonl'), logEvery, state.step);
  if (state.step >= optimiser.steps) return state;
  const step = run.createStep(state.parameters);
  await using source = openBatchSource({ ...batches, firstIndex: state.step, workers: dataWorkers });
  let last = performance.now();
  try {
    return await optimise(state, async () => step.run(await source.next()), {
      ...optimiser,
      checkpointPath,
      digest,
      signal,
      onStep: (done, terms, learningRate, gradientNorm) => {
        const seconds = (performance.now() - last) / 1000;
        last = performance.now();
        const entry = log.add(done, { ...terms, learningRate, gradientNorm, seconds });
        if (entry) onLog?.(entry);
        onStep?.(done);
      },
      ...(onCheckpoint ? { onCheckpoint } : {}),
    });
  } finally {
    step.dispose();
  }
}
