import { setImmediate } from 'node:timers/promises';
import { TrainingError } from '../../core/errors.js';
import { cloneParameters, type Parameters } from '../network/parameters.js';
import { adamwStep, initialAdamState } from './adamw.js';
import { averageInto } from './averaging.js';
import { type OptimisationState, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { cosineSchedule } from './schedule.js';

/** What one batch says: named loss terms for the curves, gradients for the step. */
export interface StepResult {
  readonly terms: Readonly<Record<string, number>>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

export interface OptimiseOptions {
  readonly steps: number;
  readonly learningRate: number;
  readonly warmup: number;
  readonly weightDecay: number;
  /** Decay of the running average of the weights, which is what is kept in the end. */
  readonly averageDecay: number;
  readonly checkpointPath: string;
  /** Steps between checkpoints. */
  readonly checkpointEvery: number;
  /** Names the run: a checkpoint with another digest is refused. */
  readonly digest: string;
  readonly signal?: AbortSignal | undefined;
  /** Called after every step. */
  readonly onStep?: (
    step: number,
    terms: StepResult['terms'],
    learningRate: number,
    gradientNorm: number,
  ) => void;
  /** Called after every checkpoint. */
  readonly onCheckpoint?: (state: OptimisationState) => Promise<void> | void;
}

/** Where a run would start: its checkpoint, or the initial parameters. */
export function resumeOrStart(
  initial: () => Parameters,
  options: Pick<OptimiseOptions, 'checkpointPath' | 'digest'>,
): OptimisationState {
  const saved = readCheckpoint(options.checkpointPath, options.digest);
  if (saved) return saved;
  const parameters = initial();
  return { step: 0, parameters, average: cloneParameters(parameters), adam: initialAdamState(parameters) };
}

/**
 * Minimises with AdamW under a cosine schedule, from `state.step` on; knows no architecture. The state is changed in
 * place. A batch whose gradients are not finite is skipped; ten in a row end the run.
 * @throws TrainingError on divergence, the signal's reason when aborted (after a checkpoint).
 */
export async function optimise(
  state: OptimisationState,
  step: (index: number) => Promise<StepResult>,
  options: OptimiseOptions,
): Promise<OptimisationState> {
  let failures = 0;
  while (state.step < options.steps) {
    // a turn of the event loop: batches arrive by messages, which are drained in one go, and signals would starve
    await setImmediate();
    if (options.signal?.aborted) {
      writeCheckpoint(options.checkpointPath, state, options.digest);
      options.signal.throwIfAborted();
    }
    const { terms, gradients } = await step(state.step);
    const learningRate = cosineSchedule(state.step, {
      peak: options.learningRate,
      steps: options.steps,
      warmup: options.warmup,
    });
    const norm = adamwStep(state.parameters, gradients, state.adam, {
      learningRate,
      weightDecay: options.weightDecay,
    });
    failures = Number.isFinite(norm) ? 0 : failures + 1;
    if (failures >= 10)
      throw new TrainingError(
        `training diverged at step ${state.step}: gradients are not finite; lower the learning rate ${options.learningRate}`,
      );
    // early on the average must forget the random start
    averageInto(
      state.average,
      state.parameters,
      Math.min(options.averageDecay, (1 + state.step) / (10 + state.step)),
    );
    state.step += 1;
    options.onStep?.(state.step, terms, learningRate, norm);
    if (state.step % options.checkpointEvery === 0 || state.step === options.steps) {
      writeCheckpoint(options.checkpointPath, state, options.digest);
      await options.onCheckpoint?.(state);
    }
  }
  return state;
}
